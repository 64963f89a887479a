import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Line = Awaited<ReturnType<typeof openLine>>

/** A line to a database that can be cut and mended: while it is cut, connections break and new ones are refused. */
export async function openLine(url: string) {
  const { hostname, port: farPort } = new URL(url)
  const sockets = new Set<Socket>()
  let isSilent = false
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
    if (isSilent) for (const socket of [near, far]) socket.pause()
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
  const nearUrl = new URL(url)
  nearUrl.port = String(port)
  return {
    url: nearUrl.href,
    cut,
    mend: () => open(port),
    /** The other end says nothing any more, as if its machine had vanished; nor does it to new connections. */
    freeze() {
      isSilent = true
      for (const socket of sockets) socket.pause()
    },
    /** Everything that was said meanwhile arrives late. */
    thaw() {
      isSilent = false
      for (const socket of sockets) socket.resume()
    },
    /** New connections are answered again; those of before stay silent for ever, as after a firewall has forgotten them. */
    forget() {
      isSilent = false
    },
    async close() {
      if (server.listening) await cut()
    },
  }
}
