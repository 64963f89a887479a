import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { root, say } from './project.mjs'

/**
 * Does the work while no other process does it in this checkout. The lock is a socket that is listened on, so it ends with the
 * process that has it, however that ends; `work` gets its file descriptor, to hand it to a child that must not be left alone.
 */
export async function alone(work) {
  const address = lockAddress()
  let told = false
  for (;;) {
    const server = await tryListen(address)
    if (server) {
      try {
        return await work(server._handle?.fd ?? -1)
      } finally {
        server.close()
      }
    }
    if (!told) say('Another OpsKnight process is installing or building here; waiting for it …')
    told = true
    await untilHolderEnds(address)
  }
}

function lockAddress() {
  const name = `opsknight-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  // Linux has socket names outside of the file system, which leave nothing behind.
  return process.platform === 'linux' ? `\0${name}` : path.join(os.tmpdir(), `${name}.sock`)
}

async function tryListen(address) {
  // What connects is only waiting for the end.
  const server = net.createServer((socket) => socket.on('error', () => {}).unref())
  try {
    server.listen(address)
    await once(server, 'listening')
    server.unref()
    return server
  } catch (error) {
    if (error.code === 'EADDRINUSE') return null
    throw error
  }
}

async function untilHolderEnds(address) {
  const socket = net.connect(address)
  try {
    await once(socket, 'close')
  } catch (error) {
    // Nobody listens: it has just ended, or a file is left of one that was killed.
    if (error.code === 'ECONNREFUSED' && !address.startsWith('\0')) rmSync(address, { force: true })
  }
}
