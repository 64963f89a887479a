import { constants, setPriority } from 'node:os'
import pg from 'pg'
import { writeArchive } from '../platform/backup/archive.ts'
import { dump } from '../platform/backup/dump.ts'
import type { Summary } from '../platform/backup/manifest.ts'
import { Failure } from '../platform/failure.ts'
import { VERSION } from '../platform/version.ts'
import type { Runtime } from '../runtime.ts'
import { readPassphrase } from './passphrase.ts'
import { counted, createProgress, megabytes } from './progress.ts'
import { stopSignal } from './stop-signal.ts'
import { writeWholeFile } from './whole-file.ts'

/** Who is signed in, who failed to, and links that were sent: of the moment, and keys to the house for whoever reads them. */
export const WITHOUT_ROWS = ['one_time_links', 'sessions', 'sign_in_failures', 'verifications']

/** Writes a backup of everything to the file, while the server runs or not. */
export async function backup(
  { deps, databaseUrl }: Runtime,
  given: { to: string; passphraseFile?: string },
): Promise<void> {
  const passphrase = await readPassphrase(deps.config, { file: given.passphraseFile, isNew: true })
  // Alerts come first.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const progress = createProgress('Backing up')
  const options = {
    opsknight: VERSION,
    createdAt: deps.clock.now(),
    secretKey: deps.config.secretKey!.toString('base64'),
    withoutRows: WITHOUT_ROWS,
    onProgress: progress.at,
  }
  const stop = stopSignal('No backup was written.')
  const summary = await writeWholeFile(given.to, (to) =>
    writeArchive(to, passphrase, (add) => dump(databaseUrl, options, add), stop),
  ).catch(explainDatabase)
  const say = given.to === '-' ? console.error : console.log
  say(`${totalOf(summary)} are in ${given.to === '-' ? 'stdout' : given.to}, after ${progress.seconds()} s.`)
}

function explainDatabase(error: unknown): never {
  if (!(error instanceof pg.DatabaseError)) throw error
  throw new Failure(`The database did not give what is in it: ${error.message}.\nNo backup was written.`, {
    cause: error,
  })
}

export function totalOf({ tables }: Summary): string {
  const [rows, bytes] = tables.reduce(([r, b], table) => [r + table.rows, b + table.bytes], [0, 0])
  return `${counted(rows, 'row')} of ${counted(tables.length, 'table')} (${megabytes(bytes)})`
}
