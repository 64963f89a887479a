import { ensureInstalled } from './install.mjs'
import { runServer, runTogether } from './processes.mjs'
import { folder } from './project.mjs'
import { runTests } from './tests.mjs'
import { buildWebApp, ensureWebApp } from './web-app.mjs'

const main = folder('server/src/main.ts')

const commands = {
  async start(args) {
    await ensureWebApp()
    return runServer([main, 'serve', ...args])
  },

  opsknight: (args) => runServer([main, ...args]),

  async build() {
    await buildWebApp()
    return 0
  },

  dev: (args) =>
    runTogether([
      ['--watch', '--watch-preserve-output', main, 'serve', ...args],
      [folder('node_modules/vite/bin/vite.js')],
    ]),

  test: (args) => runTests({ withBrowser: true, args }),
  check: (args) => runTests({ withBrowser: false, args }),

  bench: (args) => runServer([folder('bench/main.ts'), ...args]),
  faults: (args) => runServer([folder('bench/faults/main.ts'), ...args]),
  'page-faults': (args) => runServer([folder('bench/page-faults/main.ts'), ...args]),
  fuzz: (args) => runServer([folder('bench/fuzz/main.ts'), ...args]),

  docs: () => runServer([folder('scripts/write-configuration.ts')]),
  types: () => runServer([folder('scripts/write-types.ts')]),
  'earlier-migrations': () => runServer([folder('scripts/write-earlier-migrations.ts')]),
  screenshots: () => runServer([folder('e2e/screenshots.ts')]),
}

/** Runs one of the npm scripts; the answer is the exit code. */
export async function run(name, args) {
  const command = commands[name]
  if (!command) {
    console.error(`Unknown: ${name ?? '(nothing)'}. There are: ${Object.keys(commands).join(', ')}.`)
    return 2
  }
  try {
    await ensureInstalled()
    return await command(args)
  } catch (error) {
    // Messages of our own say what to do; anything else is a bug and shows where.
    console.error(error.name === 'Failure' ? `\n${error.message}` : error)
    return 1
  }
}
