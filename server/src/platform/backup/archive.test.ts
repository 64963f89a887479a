import { randomBytes } from 'node:crypto'
import { Readable, Writable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { type AddEntry, readArchive, writeArchive } from './archive.ts'

const PASSPHRASE = 'a passphrase of several words'
const PART_BYTES = 1024 * 1024
const never = new AbortController().signal

/** Takes so many bytes, and then does what it is told instead of taking more. */
function sink(bytes: number, then: (done: (error?: Error) => void) => void) {
  let taken = 0
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      taken += chunk.length
      if (taken > bytes) then(done)
      else done()
    },
  })
}

/** Keeps what it is given. */
function shelf() {
  const kept: Buffer[] = []
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      kept.push(chunk)
      done()
    },
  })
  return { kept, to }
}

/** Adds entries for ever, and counts those that are on their way. */
function endless() {
  const added = { count: 0 }
  const fill = async (add: AddEntry) => {
    for (;;) {
      // Random, so that it does not compress.
      await add(`part ${added.count}`, randomBytes(PART_BYTES))
      added.count += 1
    }
  }
  return { added, fill }
}

test('entries come back in their order, byte for byte', async () => {
  const { kept, to } = shelf()
  const rows = randomBytes(PART_BYTES)
  const result = await writeArchive(
    to,
    PASSPHRASE,
    async (add) => {
      await add('first.json', '{}')
      await add('empty', Buffer.alloc(0))
      await add('tables/incidents/000001.copy', rows)
      return 'done'
    },
    never,
  )
  expect(result).toBe('done')

  const archive = readArchive(Readable.from(kept), PASSPHRASE)
  const next = async () => (await archive.next()).value!
  const first = await next()
  expect([first.name, await text(first.content)]).toEqual(['first.json', '{}'])
  const empty = await next()
  expect([empty.name, await text(empty.content)]).toEqual(['empty', ''])
  const part = await next()
  expect(part.name).toBe('tables/incidents/000001.copy')
  expect((await buffer(part.content)).equals(rows)).toBe(true)
  expect(await archive.next()).toMatchObject({ done: true })
})

test('a destination that is slow holds the source up', async () => {
  const { added, fill } = endless()
  const stop = new AbortController()
  const stalled = Promise.withResolvers<void>()
  const writing = writeArchive(
    sink(8 * PART_BYTES, () => stalled.resolve()),
    PASSPHRASE,
    fill,
    stop.signal,
  )
  await stalled.promise
  const before = added.count
  stop.abort(new Error('Ctrl-C'))
  await expect(writing).rejects.toThrow('Ctrl-C')
  expect(before).toBeGreaterThanOrEqual(8)
  expect(added.count).toBeLessThan(12)
})

test('a disk that is full ends the writing with its own words, and a source that fails with its own', async () => {
  const full = sink(3 * PART_BYTES, (done) => done(new Error('ENOSPC: no space left on device')))
  await expect(writeArchive(full, PASSPHRASE, endless().fill, never)).rejects.toThrow('ENOSPC')

  const to = sink(Number.POSITIVE_INFINITY, () => {})
  const lost = async (add: AddEntry) => {
    await add('part', 'rows')
    throw new Error('The connection was lost')
  }
  await expect(writeArchive(to, PASSPHRASE, lost, never)).rejects.toThrow('The connection was lost')
  await vi.waitUntil(() => to.destroyed)
})

test('a reader that gives up ends the reading', async () => {
  const { kept, to } = shelf()
  await writeArchive(to, PASSPHRASE, (add) => add('part', randomBytes(PART_BYTES)), never)
  const from = Readable.from(kept)
  for await (const entry of readArchive(from, PASSPHRASE)) if (entry.name === 'part') break
  expect(from.destroyed).toBe(true)
})
