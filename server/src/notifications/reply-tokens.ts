import { createHmac } from 'node:crypto'
import { isSameSecret, type SecretBox } from '../platform/secrets.ts'

const ID_BYTES = 16
/** 96 bits: nobody guesses them, and the whole stays short enough for a button and a line of mail. */
const PROOF_BYTES = 12

/** What proves that whoever answers got this page. There is no list of them: the proof is in the token. */
export function replyToken(secrets: SecretBox, pageId: string): string {
  const id = Buffer.from(pageId.replaceAll('-', ''), 'hex')
  return Buffer.concat([id, proofOf(secrets, id)]).toString('base64url')
}

/** Null for anything that `replyToken` has not made with this installation's key. */
export function readReplyToken(secrets: SecretBox, token: string): { pageId: string } | null {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== ID_BYTES + PROOF_BYTES || bytes.toString('base64url') !== token) return null
  const id = bytes.subarray(0, ID_BYTES)
  const given = bytes.subarray(ID_BYTES).toString('hex')
  if (!isSameSecret(given, proofOf(secrets, id).toString('hex'))) return null
  return { pageId: uuidOf(id) }
}

const proofOf = (secrets: SecretBox, id: Buffer) =>
  createHmac('sha256', Buffer.from(secrets.derive('replies'), 'base64'))
    .update(id)
    .digest()
    .subarray(0, PROOF_BYTES)

const uuidOf = (bytes: Buffer) =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
