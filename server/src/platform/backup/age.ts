import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import { Failure } from '../failure.ts'
import { type ByteReader, byteReader } from './bytes.ts'

// The format of https://age-encryption.org/v1 with a passphrase: `age --decrypt` reads what we write, and we what it writes.

const VERSION = 'age-encryption.org/v1'
const SALT_LABEL = 'age-encryption.org/v1/scrypt'
const CHUNK_BYTES = 64 * 1024
const TAG_BYTES = 16
const NONCE_BYTES = 16
const FILE_KEY_BYTES = 16
/** Of N: 128 MiB and a third of a second for one guess. */
const WORK_FACTOR = 17
/** A file may ask for no more than 1 GiB. */
const WORK_FACTOR_MAX = 20
/** Ours are 150 bytes long. */
const HEADER_BYTES_MAX = 1024

type Chunks = AsyncIterable<Uint8Array>

export async function* encrypt(
  source: Chunks,
  passphrase: string,
  workFactor = WORK_FACTOR,
): AsyncGenerator<Buffer> {
  const fileKey = randomBytes(FILE_KEY_BYTES)
  yield await sealHeader(fileKey, passphrase, workFactor)
  const nonce = randomBytes(NONCE_BYTES)
  yield nonce

  const key = payloadKey(fileKey, nonce)
  const reader = byteReader(source)
  for (let number = 0; ; number += 1) {
    const chunk = await reader.take(CHUNK_BYTES)
    const isLast = (await reader.peek(1)).length === 0
    yield seal(key, chunkNonce(number, isLast), chunk)
    if (isLast) return
  }
}

/** Throws a `Failure` for what is no such file, for another passphrase, and at the first byte that is not as it was written. */
export async function* decrypt(source: Chunks, passphrase: string): AsyncGenerator<Buffer> {
  const reader = byteReader(source)
  const fileKey = await openHeader(await readHeader(reader), passphrase)
  const nonce = await reader.take(NONCE_BYTES)
  if (nonce.length < NONCE_BYTES) throw damaged(0)

  const key = payloadKey(fileKey, nonce)
  for (let number = 0; ; number += 1) {
    const chunk = await reader.take(CHUNK_BYTES + TAG_BYTES)
    const isLast = (await reader.peek(1)).length === 0
    const plain = open(key, chunkNonce(number, isLast), chunk)
    if (!plain) throw damaged(number)
    yield plain
    if (isLast) return
  }
}

const damaged = (chunk: number) =>
  new Failure(
    `The backup is damaged or cut off: after ${chunk * 64} KiB it is not what was written. Take another one.`,
  )

const noBackup = () => new Failure('This is no backup of OpsKnight: it does not begin as one.')

async function sealHeader(fileKey: Buffer, passphrase: string, workFactor: number): Promise<Buffer> {
  const salt = randomBytes(16)
  const body = seal(await wrapKey(passphrase, salt, workFactor), Buffer.alloc(12), fileKey)
  const lines = `${VERSION}\n-> scrypt ${base64(salt)} ${workFactor}\n${base64(body)}\n---`
  return Buffer.from(`${lines} ${base64(macOf(fileKey, lines))}\n`)
}

async function readHeader(reader: ByteReader): Promise<string> {
  const start = (await reader.peek(HEADER_BYTES_MAX)).toString('latin1')
  const end = start.indexOf('\n', start.indexOf('\n---') + 1)
  if (!start.startsWith(`${VERSION}\n`) || end < 0) throw noBackup()
  return (await reader.take(end + 1)).toString('latin1')
}

async function openHeader(header: string, passphrase: string): Promise<Buffer> {
  const [lines = '', mac = ''] = header.split(/(?<=\n---) /)
  const stanza = /^\S+\n-> scrypt ([\w+/]{22}) ([1-9]\d?)\n([\w+/]{43})\n---$/.exec(lines)
  if (!stanza) throw noBackup()
  const [, salt = '', workFactor = '', body = ''] = stanza
  if (Number(workFactor) > WORK_FACTOR_MAX) throw noBackup()

  const wrap = await wrapKey(passphrase, Buffer.from(salt, 'base64'), Number(workFactor))
  const fileKey = open(wrap, Buffer.alloc(12), Buffer.from(body, 'base64'))
  if (!fileKey)
    throw new Failure('That is not the passphrase of this backup (or its first lines are damaged).')
  const [expected, found] = [macOf(fileKey, lines), Buffer.from(mac, 'base64')]
  if (expected.length !== found.length || !timingSafeEqual(expected, found)) throw damaged(0)
  return fileKey
}

function wrapKey(passphrase: string, salt: Buffer, workFactor: number): Promise<Buffer> {
  const [N, r, p] = [2 ** workFactor, 8, 1]
  const labelled = Buffer.concat([Buffer.from(SALT_LABEL), salt])
  return deriveKey(passphrase, labelled, 32, { N, r, p, maxmem: 256 * N * r })
}

const deriveKey = promisify<string, Buffer, number, object, Buffer>(scrypt)

const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')

const macOf = (fileKey: Buffer, lines: string) =>
  createHmac('sha256', derive(fileKey, '', 'header'))
    .update(lines)
    .digest()

const payloadKey = (fileKey: Buffer, nonce: Buffer) => derive(fileKey, nonce, 'payload')

const derive = (key: Buffer, salt: Buffer | string, info: string) =>
  Buffer.from(hkdfSync('sha256', key, salt, info, 32))

/** 11 bytes that count, and one that marks the end, so that nothing can be cut off, repeated or exchanged. */
function chunkNonce(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(number, 5, 6)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

const CIPHER = 'chacha20-poly1305'
const TAG = { authTagLength: TAG_BYTES }

function seal(key: Buffer, nonce: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv(CIPHER, key, nonce, TAG)
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Null when it was sealed otherwise. */
function open(key: Buffer, nonce: Buffer, sealed: Buffer): Buffer | null {
  if (sealed.length < TAG_BYTES) return null
  const decipher = createDecipheriv(CIPHER, key, nonce, TAG)
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const plain = decipher.update(sealed.subarray(0, -TAG_BYTES))
  try {
    decipher.final()
    return plain
  } catch {
    return null
  }
}
