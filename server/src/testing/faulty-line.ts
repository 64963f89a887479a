import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * A line to a database that breaks once, at the first statement that holds `text`: before PostgreSQL hears it, or
 * after PostgreSQL has done it and before anybody hears that.
 */
export type Fault = { text: string; when: 'unheard' | 'unanswered' }

/** A line that is whole until `breakAt` is called. */
export async function faultyLineTo(url: string) {
  const { hostname, port: farPort } = new URL(url)
  let fault: Fault | null = null
  let breaks = 0
  const server = createServer((near) => {
    const far = connect(Number(farPort), hostname)
    const breakOff = () => {
      near.destroy()
      far.destroy()
    }
    let isDeaf = false
    near.on('data', (statement) => {
      if (fault && statement.includes(fault.text)) {
        const { when } = fault
        fault = null
        breaks += 1
        if (when === 'unheard') return breakOff()
        isDeaf = true
      }
      far.write(statement)
    })
    far.on('data', (answer) => (isDeaf ? breakOff() : near.write(answer)))
    for (const socket of [near, far])
      socket
        .setNoDelay()
        .on('error', () => {})
        .on('close', breakOff)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const nearUrl = new URL(url)
  nearUrl.port = String((server.address() as AddressInfo).port)
  return {
    url: nearUrl.href,
    breakAt: (next: Fault) => {
      fault = next
    },
    /** How often it has broken. */
    breaks: () => breaks,
  }
}
