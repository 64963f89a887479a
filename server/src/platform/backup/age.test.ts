import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { Failure } from '../failure.ts'
import { decrypt, encrypt } from './age.ts'

const PASSPHRASE = 'a passphrase of several words'
/** A work factor at which a guess takes a moment. */
const QUICK = 10

/** Written by the reference implementation (npm: age-encryption 0.3), quick to guess too. */
const WRITTEN_BY_AGE = Buffer.from(
  'YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBuTVlaZ3hWLzJkUHdTL1MwUGpRWExnIDEwCi9lY2l1Q0tiRHFzZ3FJbWZjTWl3TTZHRWh5bTMv' +
    'bmdlYmFicjBpMXlvTGMKLS0tIE5XWkV5UERJcHlMQkpPc2dhZHMvWEQ2a2pHa1ZwQnJnaHNrb2hmcGpJc1kKNYgHkjIHqlXubDxUw+OAREV2kOklEa5n' +
    'RxZTJaOaF0bnE2z22R91gwmWF5Xz6ZXcL+hKEvCTRAmxJec=',
  'base64',
)
const TEXT = 'Read me without OpsKnight.\n'

/** As a disk or a network would hand it over. */
async function* inPieces(bytes: Buffer, size = 60_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const opened = (sealed: Buffer, passphrase = PASSPHRASE) => buffer(decrypt(inPieces(sealed), passphrase))
const sealed = (plain: Buffer) => buffer(encrypt(inPieces(plain, 1_000), PASSPHRASE, QUICK))

test('what the reference implementation of age has written is read', async () => {
  expect((await opened(WRITTEN_BY_AGE)).toString()).toBe(TEXT)
})

test('what is written is read again, whatever its length', async () => {
  for (const length of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
    const plain = randomBytes(length)
    expect((await opened(await sealed(plain))).equals(plain)).toBe(true)
  }
})

test('no byte can be changed, and nothing cut off or added, without a word', async () => {
  for (let at = 0; at < WRITTEN_BY_AGE.length; at += 1) {
    const changed = Buffer.from(WRITTEN_BY_AGE)
    changed[at]! ^= 1
    await expect(opened(changed), `byte ${at}`).rejects.toThrow(Failure)
    await expect(opened(WRITTEN_BY_AGE.subarray(0, at)), `${at} bytes`).rejects.toThrow(Failure)
  }
  await expect(opened(Buffer.concat([WRITTEN_BY_AGE, Buffer.from([0])]))).rejects.toThrow('damaged')
})

test('chunks cannot be left out, exchanged or end early', async () => {
  const whole = await sealed(randomBytes(4 * 65_536))
  const start = whole.length - 4 * 65_552
  const chunks = [0, 1, 2, 3].map((number) =>
    whole.subarray(start + number * 65_552, start + (number + 1) * 65_552),
  )
  const withChunks = (...order: number[]) =>
    opened(Buffer.concat([whole.subarray(0, start), ...order.map((number) => chunks[number]!)]))
  await expect(withChunks(0, 1, 2, 3)).resolves.toHaveLength(4 * 65_536)
  await expect(withChunks(0, 2, 1, 3)).rejects.toThrow('after 64 KiB')
  await expect(withChunks(0, 1, 3)).rejects.toThrow('after 128 KiB')
  await expect(withChunks(0, 1, 2)).rejects.toThrow('cut off')
})

test('another passphrase, and what was never encrypted, are told apart from damage', async () => {
  await expect(opened(WRITTEN_BY_AGE, `${PASSPHRASE} `)).rejects.toThrow('not the passphrase of this backup')
  await expect(opened(Buffer.from('pg_dump: custom format'))).rejects.toThrow('no backup of OpsKnight')
  await expect(opened(Buffer.alloc(0))).rejects.toThrow('no backup of OpsKnight')
})

test('a file cannot ask for more than 1 GiB of memory', async () => {
  const greedy = WRITTEN_BY_AGE.toString('latin1').replace(' 10\n', ' 30\n')
  await expect(opened(Buffer.from(greedy, 'latin1'))).rejects.toThrow(Failure)
})
