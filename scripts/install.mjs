import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { alone } from './lock.mjs'
import { Failure, findNode, folder, getNode, root, say } from './project.mjs'

/** Makes node_modules what package-lock.json says; does nothing, quickly, when it is. */
export async function ensureInstalled() {
  if (isInstalled()) return
  await alone(async (lock) => {
    if (isInstalled()) return
    say('Installing what package-lock.json says; the first time this takes a minute …')
    await install(lock)
    getNode()
  })
}

/** Compares with the list that npm writes into node_modules when it is done. */
function isInstalled() {
  const listed = folder('node_modules/.package-lock.json')
  if (!existsSync(listed) || findNode() === null) return false
  const wanted = readLock(folder('package-lock.json')).packages
  const present = readLock(listed).packages
  return Object.entries(wanted).every(([name, { version, integrity, optional }]) => {
    if (name === '') return true
    const found = present[name]
    return found ? found.version === version && found.integrity === integrity : optional === true
  })
}

const readLock = (file) => JSON.parse(readFileSync(file, 'utf8'))

async function install(lock) {
  const args = ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund']
  // Warnings only: they are about the machine's own Node, which runs npm and nothing else.
  const quiet = ['--loglevel=error', '--no-update-notifier']
  const [program, ...first] = npm()
  const child = spawn(program, [...first, ...args, ...quiet], {
    cwd: root,
    // Its stdout goes to our stderr. It holds the lock too: killed, we would leave it at work.
    stdio: ['ignore', 2, 2, ...(lock >= 0 ? [lock] : [])],
    shell: process.platform === 'win32',
  })
  const [code] = await Promise.race([
    once(child, 'close'),
    once(child, 'error').then(([error]) => {
      throw new Failure(
        `npm could not be started (${error.message}). OpsKnight needs Node ≥ 20 with npm on the PATH.`,
      )
    }),
  ])
  if (code !== 0) throw new Failure(explain(code))
}

function npm() {
  const running = process.env.npm_execpath
  return running && path.basename(running) === 'npm-cli.js' ? [process.execPath, running] : ['npm']
}

const explain = (
  code,
) => `The installation failed (npm ci ended with ${code}; its words are above). Usual reasons:
  - no way to the npm registry: check the network, a proxy, or "npm config get registry"
  - this folder cannot be written: ${root}
  - the disk is full: about 1 GB is needed
Then try again; nothing that was half installed is kept.`
