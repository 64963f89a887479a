import { createReadStream, openSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { readConfig } from '../config.ts'
import { readArchive } from '../platform/backup/archive.ts'
import { type Archive, countRows, readOpening, readRest } from '../platform/backup/load.ts'
import type { Manifest } from '../platform/backup/manifest.ts'
import { Failure } from '../platform/failure.ts'
import { createLog } from '../platform/log.ts'
import { migrate } from '../platform/migrate.ts'
import { openDatabase } from '../runtime.ts'
import { totalOf } from './backup.ts'
import { readPassphrase } from './passphrase.ts'
import { createProgress } from './progress.ts'
import { restoreInto } from './restore-into.ts'
import { planKey } from './restored-key.ts'
import { stopSignal } from './stop-signal.ts'

type Given = { from: string; passphraseFile?: string; check?: boolean; overwrite?: boolean }

/** Brings a backup back into an empty installation, whole or not at all. */
export async function restore(environment: NodeJS.ProcessEnv, given: Given): Promise<void> {
  const config = readConfig(environment, 'comes with a backup')
  const passphrase = await readPassphrase(config, { file: given.passphraseFile, isNew: false })
  const archive = readArchive(openInput(given.from), passphrase)
  const { manifest, secretKey } = await readOpening(archive)
  if (given.check) return check(given.from, manifest, archive)

  const key = planKey(config, secretKey)
  const progress = createProgress('Restoring')
  const database = await openDatabase(config, 'server', createLog('warn', process.stderr))
  try {
    const options = { config, overwrite: given.overwrite === true, key, onProgress: progress.at }
    const { summary, leftOut } = await restoreInto(database.url, manifest, archive, options)
    const migrated = await migrate(database.url)
    const lines = [
      `${described(manifest)} is restored: ${totalOf(summary)}, in ${progress.seconds()} s.`,
      ...(migrated.length > 0 ? [`Then came this release's ${migrated.join(', ')}.`] : []),
      ...(leftOut.length > 0 ? [`Left out, as they are not OpsKnight's: ${leftOut.join(', ')}.`] : []),
      'Everybody has to sign in again, and links to set a password have to be made again.',
      ...key.notes,
    ]
    console.log(lines.join('\n'))
  } finally {
    await database.release()
  }
}

function openInput(file: string): Readable {
  const input = file === '-' ? process.stdin : createReadStream('', { fd: openFile(file) })
  const stop = stopSignal('Nothing was restored.')
  stop.addEventListener('abort', () => input.destroy(stop.reason))
  return input
}

function openFile(file: string): number {
  try {
    return openSync(file, 'r')
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${error instanceof Error ? error.message : error}.`)
  }
}

const described = ({ createdAt, opsknight, postgres }: Manifest) =>
  `The backup of ${createdAt} (OpsKnight ${opsknight}, PostgreSQL ${postgres})`

/** Reads all of it and restores nothing. */
async function check(file: string, manifest: Manifest, archive: Archive): Promise<void> {
  const summary = await readRest(archive, manifest, countRows)
  console.log(`${described(manifest)} in ${file} is whole: ${totalOf(summary)}.`)
}
