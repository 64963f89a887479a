import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const SERVER = { target: `http://127.0.0.1:${process.env.PORT ?? 3000}` }

/** `vite` serves the pages for work on them, beside a server on PORT; `vite build` writes what the server serves. */
export default defineConfig({
  root: folder('./web'),
  plugins: [react()],
  resolve: { alias: { '#contract': folder('./contract/src') } },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: { '/api': SERVER, '/readyz': SERVER, '/calendars': SERVER },
  },
  build: {
    outDir: folder('./dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // The Content-Security-Policy of the server allows no data: scripts and few data: images; files are cached for ever by their hash.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // In one file with zod, so that it is said before the first schema of any other file is made.
        codeSplitting: { groups: [{ name: 'zod', test: /node_modules\/zod\/|\/zod-without-eval\.ts$/ }] },
      },
    },
  },
})
