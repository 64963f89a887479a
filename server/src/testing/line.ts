import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A line to a database that a test can cut and mend: while it is cut, connections break and new ones are refused. */
export async function lineTo(url: string, whenOver: (end: () => Promise<void>) => void = onTestFinished) {
  const { hostname, port: farPort } = new URL(url)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(farPort), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      // As PostgreSQL and its clients have it: otherwise statements sent one after the other wait for 40 ms.
      socket.setNoDelay()
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  })
  const open = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const cut = async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  const port = await open(0)
  whenOver(async () => {
    if (server.listening) await cut()
  })
  const nearUrl = new URL(url)
  nearUrl.port = String(port)
  return {
    url: nearUrl.href,
    cut,
    mend: () => open(port),
    /** The other end says nothing any more, as if its machine had vanished. */
    freeze() {
      for (const socket of sockets) socket.pause()
    },
    thaw() {
      for (const socket of sockets) socket.resume()
    },
  }
}
