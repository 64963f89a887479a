import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { secretBox } from '../platform/secrets.ts'
import { readReplyToken, replyToken } from './reply-tokens.ts'

const secrets = secretBox(randomBytes(32))

test('a token names its page, and fits into a link', () => {
  const pageId = randomUUID()
  const token = replyToken(secrets, pageId)
  expect(token).toMatch(/^[\w-]{38}$/)
  expect(readReplyToken(secrets, token)).toEqual({ pageId })
})

test('nobody makes one, or makes one into that of another page', () => {
  const token = replyToken(secrets, randomUUID())
  const other = replyToken(secrets, randomUUID())
  const forged = [
    ...['', 'x', 'é'.repeat(38), ' ', token.slice(1), `${token}A`, `${token} `, token.toUpperCase()],
    other.slice(0, 22) + token.slice(22),
    ...[...token].map(
      (letter, index) => token.slice(0, index) + (letter === 'A' ? 'B' : 'A') + token.slice(index + 1),
    ),
  ].filter((one) => one !== token)
  for (const one of forged) expect(readReplyToken(secrets, one), one).toBeNull()
  expect(readReplyToken(secretBox(randomBytes(32)), token)).toBeNull()
})
