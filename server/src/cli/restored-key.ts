import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import type { Config } from '../config.ts'
import { writePrivate } from '../platform/embedded-postgres/files.ts'
import { Failure } from '../platform/failure.ts'
import { secretKeyFile } from '../runtime.ts'

export type KeyPlan = {
  /** Puts the key where the server looks for it; returns what takes it back. */
  place(): () => void
  /** What the person has to do with it. */
  notes: string[]
}

/**
 * Where the secret key of a backup belongs: nowhere when the environment holds it, else in the data folder, from where the
 * person takes it for a `DATABASE_URL`. Throws when another key is in the way.
 */
export function planKey(config: Config, secretKey: string): KeyPlan {
  if (config.secretKey) {
    if (config.secretKey.equals(Buffer.from(secretKey, 'base64'))) return { place: () => () => {}, notes: [] }
    throw new Failure(
      'OPSKNIGHT_SECRET_KEY is not the key that this backup was made with, and could not read the secrets in it. ' +
        'Set that one; or none, and restore leaves it in the data folder.',
    )
  }
  const file = secretKeyFile(config.dataFolder)
  const present = existsSync(file) ? readFileSync(file, 'utf8').trim() : null
  if (config.databaseUrl && present !== null && present !== secretKey)
    throw new Failure(
      `${file} holds the key of another installation. Set OPSKNIGHT_DATA to another folder, in which restore may leave the key of this one.`,
    )
  return {
    place: () => (present === secretKey ? () => {} : placeKey(config, file, secretKey, present !== null)),
    notes: config.databaseUrl
      ? [
          `The secret key is in ${file}: start the server with OPSKNIGHT_SECRET_KEY="$(cat ${file})", and keep it.`,
        ]
      : [],
  }
}

function placeKey(config: Config, file: string, secretKey: string, isInTheWay: boolean): () => void {
  const aside = `${file}.before-restore-${Date.now()}`
  mkdirSync(config.dataFolder, { recursive: true })
  // Nothing but this opens what was sealed with it: it is never deleted.
  if (isInTheWay) renameSync(file, aside)
  writePrivate(file, `${secretKey}\n`)
  return () => {
    if (isInTheWay) renameSync(aside, file)
    else rmSync(file)
  }
}
