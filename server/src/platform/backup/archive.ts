import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress, createZstdDecompress } from 'node:zlib'
import tar from 'tar-stream'
import { Failure } from '../failure.ts'
import { decrypt, encrypt } from './age.ts'

// An archive is a tar, compressed with zstd, encrypted as an age file: age --decrypt FILE | zstd -d | tar x

/** Resolves when the entry is on its way and the next one may come: no more than one is held in memory. */
export type AddEntry = (name: string, content: Buffer | string) => Promise<void>

/** Writes what `fill` adds to the stream, and ends it. When one of them fails both do. */
export async function writeArchive<T>(
  to: Writable,
  passphrase: string,
  fill: (add: AddEntry) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const pack = tar.pack()
  const add: AddEntry = (name, content) =>
    new Promise((resolve, reject) => {
      const entry = pack.entry({ name, mode: 0o600 }, content, (error) => (error ? reject(error) : resolve()))
      entry.on('error', reject)
    })
  const filling = fill(add).then(
    (result) => {
      pack.finalize()
      return result
    },
    (error: Error) => {
      pack.destroy(error)
      throw error
    },
  )
  const piping = pipeline(
    pack,
    createZstdCompress(),
    (source: AsyncIterable<Buffer>) => encrypt(source, passphrase),
    to,
    { signal },
  )
  // Whichever fails first destroys the other, and gives the pipeline its reason.
  const [piped, filled] = await Promise.allSettled([piping, filling])
  signal.throwIfAborted()
  if (piped.status === 'rejected') throw piped.reason
  if (filled.status === 'rejected') throw filled.reason
  return filled.value
}

export type Entry = { name: string; content: AsyncIterable<Buffer> }

/** Every entry, in order; each has to be read to its end. Throws a `Failure` where it is not what was written. */
export async function* readArchive(from: Readable, passphrase: string): AsyncGenerator<Entry> {
  const extract = tar.extract()
  const piping = pipeline(
    from,
    (source: AsyncIterable<Buffer>) => decrypt(source, passphrase),
    createZstdDecompress(),
    extract,
  )
  // The iteration below fails with it.
  piping.catch(() => {})
  try {
    for await (const entry of extract)
      yield { name: entry.header.name, content: entry as AsyncIterable<Buffer> }
    await piping
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(`The backup cannot be read: ${error instanceof Error ? error.message : error}.`, {
      cause: error,
    })
  } finally {
    from.destroy()
  }
}
