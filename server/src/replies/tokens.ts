import type { FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import { readReplyToken } from '../notifications/reply-tokens.ts'
import { failureCounter } from '../people/throttle.ts'
import { unknownLink } from './act.ts'

/** Wrong tokens from one address until it is told to stop. Guessing is hopeless; this ends the trying. */
const WRONG_PER_ADDRESS = 50

export type TokenReader = (request: Pick<FastifyRequest, 'ip'>, token: string) => string

/** The page that a token belongs to. Throws `link_invalid`, and `rate_limited` at whoever goes on with wrong ones. */
export function tokenReader({ secrets, clock }: Pick<Deps, 'secrets' | 'clock'>): TokenReader {
  const wrong = failureCounter(WRONG_PER_ADDRESS)
  return ({ ip }, token) => {
    const read = readReplyToken(secrets, token)
    if (read) return read.pageId
    wrong.count(ip, clock.now())
    throw unknownLink()
  }
}
