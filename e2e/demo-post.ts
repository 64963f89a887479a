import http from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { json } from 'node:stream/consumers'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** What brings mail and SMS to people who do not exist, and remembers the last code of each. */
export type Post = {
  /** What tells a server to use it. */
  settings: Record<string, string>
  codeFor(address: string): string
  close(): Promise<void>
}

export async function openPost(): Promise<Post> {
  const codes = new Map<string, string>()
  const note = (address: string, text = '') => {
    const [code] = text.match(/\b\d{6}\b/) ?? []
    if (code) codes.set(address, code)
  }
  const mail = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    onData(stream, { envelope }, callback) {
      simpleParser(stream).then(({ text }) => {
        for (const { address } of envelope.rcptTo) note(address, text)
        callback()
      }, callback)
    },
  })
  const gateway = http.createServer((request, response) => {
    json(request).then(
      (sms) => {
        const { to, text } = sms as { to: string; text: string }
        note(to, text)
        response.end('{}')
      },
      () => response.writeHead(400).end(),
    )
  })
  const [smtpPort, smsPort] = [await listening(mail.server), await listening(gateway)]
  return {
    settings: {
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
      MAIL_FROM: 'OpsKnight <opsknight@harborline.example>',
      SMS_GATEWAY_URL: `http://127.0.0.1:${smsPort}/`,
    },
    codeFor: (address) => codes.get(address) ?? 'none',
    async close() {
      mail.close()
      gateway.close()
    },
  }
}

async function listening(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', () => resolve())
  await promise
  return (server.address() as AddressInfo).port
}
