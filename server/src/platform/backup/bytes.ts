/** Reads a stream of buffers in pieces of a chosen size, and holds no more than one piece and one buffer. */
export type ByteReader = {
  /** At most so many bytes, without taking them; fewer only at the end. */
  peek(length: number): Promise<Buffer>
  /** As `peek`, and takes them. */
  take(length: number): Promise<Buffer>
}

export function byteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = source[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)

  async function peek(length: number): Promise<Buffer> {
    while (held.length < length) {
      const { done, value } = await iterator.next()
      if (done) break
      held = held.length === 0 ? Buffer.from(value) : Buffer.concat([held, value])
    }
    return held.subarray(0, length)
  }
  return {
    peek,
    async take(length) {
      const taken = await peek(length)
      held = held.subarray(taken.length)
      return taken
    },
  }
}
