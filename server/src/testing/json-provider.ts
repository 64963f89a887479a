import type { IncomingHttpHeaders } from 'node:http'
import { provider } from './provider.ts'

export type Asked = {
  method: string
  /** With its query. */
  path: string
  headers: IncomingHttpHeaders
  bytes: Buffer
  /** The JSON of the body; typed loosely, as tests compare it whole or in parts. */
  body: ReturnType<typeof JSON.parse>
}
export type Answered = { status: number; body?: string | object; headers?: Record<string, string> }

/** A provider whose messages are JSON: it answers what the test says, and remembers what it was asked. */
export async function jsonProvider(answer: (asked: Asked) => Answered = () => ({ status: 200 })) {
  const asked: Asked[] = []
  const { url } = await provider(({ method, url: path, headers, body: text, bytes }) => {
    const isJson = (headers['content-type'] ?? '').startsWith('application/json')
    const one = { method, path, headers, bytes, body: isJson ? JSON.parse(text) : null }
    asked.push(one)
    return answer(one)
  })
  return { url, asked }
}

/** Titles are written by whoever can send an alert. This one tries what every chat's markup offers. */
export const HOSTILE_TITLE =
  '<!channel> <https://evil.example|click> @everyone @channel <@U123> [pay](https://evil.example) *b* _i_ ~s~ `c` ||x|| </b><script>alert(1)</script> {{DATE(2026-01-01)}} :boom: https://evil.example/a\n# second line \u202egnp.exe'
