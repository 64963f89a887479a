import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { onTestFinished } from 'vitest'

export type Mailbox = {
  /** For `SMTP_URL`. */
  url: string
  /** Every mail that has arrived, in order. */
  messages: ParsedMail[]
  /** The next mail that nobody has asked for yet, or the next of those that fit; waits for it. */
  next(fits?: (mail: ParsedMail) => boolean): Promise<ParsedMail>
}

/**
 * A real mail server of the test's own, that takes everything. `options` let it refuse, as mail servers do; `whenOver` is told how to
 * close it, by default at the end of the test.
 */
export async function mailbox(
  options: Partial<SMTPServerOptions> = {},
  whenOver: (close: () => Promise<void>) => void = onTestFinished,
): Promise<Mailbox> {
  const messages: ParsedMail[] = []
  const taken = new Set<ParsedMail>()
  let arrived = Promise.withResolvers<void>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    closeTimeout: 100,
    onAuth: (_given, _session, callback) => callback(null, { user: 'anybody' }),
    onData(stream, _session, callback) {
      simpleParser(stream).then((mail) => {
        messages.push(mail)
        arrived.resolve()
        arrived = Promise.withResolvers()
        callback()
      }, callback)
    },
    ...options,
  })
  // A client that goes away in the middle is part of some tests.
  server.on('error', () => {})
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await listening
  whenOver(() => new Promise<void>((closed) => server.close(() => closed())))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    messages,
    async next(fits = () => true) {
      for (;;) {
        const mail = messages.find((candidate) => !taken.has(candidate) && fits(candidate))
        if (mail) {
          taken.add(mail)
          return mail
        }
        await arrived.promise
      }
    },
  }
}
