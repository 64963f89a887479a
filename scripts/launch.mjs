// The first step of every npm script. It runs on the machine's own Node, so it is plain JavaScript and needs no package:
// it installs what the lock file says, then hands over to the Node that came with it.
import process from 'node:process'

const OLDEST_NODE = 20

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(
    `OpsKnight needs Node ${OLDEST_NODE} or newer to start; this is ${process.version}. Get one at https://nodejs.org.`,
  )
  process.exit(1)
}

const { run } = await import('./commands.mjs')
const [command, ...args] = process.argv.slice(2)
process.exitCode = await run(command, args)
