import { readFileSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { filesIn } from './files.mjs'

const TEXT = /\.(js|css|html|svg|webmanifest)$/
/** Less than this fits into one packet anyway. */
const WORTH_IT_BYTES = 1_000
/** The highest one takes several times as long, for 2 % less. */
const BROTLI_QUALITY = 10

const compressors = {
  br: (content) =>
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  // Without TLS browsers do not take brotli.
  gz: (content) => promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
}

/** Puts beside each text what the server sends of it to browsers that take it compressed. */
export async function compressFolder(folder) {
  const files = filesIn(folder).filter((file) => TEXT.test(file))
  await Promise.all(files.map(compressFile))
}

async function compressFile(file) {
  const content = readFileSync(file)
  if (content.length < WORTH_IT_BYTES) return
  const made = Object.entries(compressors).map(async ([ending, compress]) =>
    writeFileSync(`${file}.${ending}`, await compress(content)),
  )
  await Promise.all(made)
}
