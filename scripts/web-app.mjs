import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { compressFolder } from './compress.mjs'
import { filesIn } from './files.mjs'
import { alone } from './lock.mjs'
import { runNode } from './processes.mjs'
import { Failure, folder, say } from './project.mjs'

const SOURCES = [
  ...['web', 'contract', 'vite.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json'],
  ...['scripts/web-app.mjs', 'scripts/compress.mjs'],
]
const BUILT = folder('dist/web')
const STAMP = folder('dist/web.built-from')
const PAGE = folder('dist/web/index.html')

/** Builds the web app unless it was built from just these sources. */
export async function ensureWebApp() {
  if (isFresh()) return
  await alone(async () => {
    if (!isFresh()) await build()
  })
}

/** Builds the web app. */
export const buildWebApp = () => alone(build)

const isFresh = () => existsSync(PAGE) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hashOfSources()

async function build() {
  say('Building the web app …')
  const sources = hashOfSources()
  rmSync(STAMP, { force: true })
  // What it prints goes to stderr.
  const vite = [folder('node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error']
  const code = await runNode(vite, { stdio: ['ignore', 2, 2] })
  if (code !== 0)
    throw new Failure(`The web app could not be built (vite build ended with ${code}; its words are above).`)
  await compressFolder(BUILT)
  writeFileSync(STAMP, sources)
}

function hashOfSources() {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap((name) => filesIn(folder(name))))
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}
