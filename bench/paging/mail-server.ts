import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

type Raw = { at: number; bytes: Buffer }
/** A mail, and when the last byte of it was there, by `performance.now()`. */
export type Arrival = { at: number; mail: ParsedMail }

export type MailServer = Awaited<ReturnType<typeof startMailServer>>

/** Takes every mail and notes when it came; what it says is looked at afterwards, as that costs time. */
export async function startMailServer(parts: AsyncDisposableStack) {
  const arrived: Raw[] = []
  let next = Promise.withResolvers<Raw>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    onData(stream, _session, callback) {
      buffer(stream).then((bytes) => {
        const raw = { at: performance.now(), bytes }
        arrived.push(raw)
        next.resolve(raw)
        next = Promise.withResolvers()
        callback()
      }, callback)
    },
  })
  server.on('error', () => {})
  const listening = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', listening.resolve)
  await listening.promise
  parts.defer(() => new Promise<void>((closed) => server.close(() => closed())))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    get count() {
      return arrived.length
    },
    /** The next mail that comes; when it came. */
    next: async (): Promise<number> => (await next.promise).at,
    /** All that have come since the last time. */
    async take(): Promise<Arrival[]> {
      const raws = arrived.splice(0)
      return Promise.all(raws.map(async ({ at, bytes }) => ({ at, mail: await simpleParser(bytes) })))
    },
  }
}
