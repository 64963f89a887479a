import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { migrationNames, readMigration } from '../platform/migrate.ts'

/** As `sha256sum` writes and checks it. */
const FILE = new URL('../../migrations/checksums.txt', import.meta.url)

/** What migrations were when they were noted, by name. */
export function notedChecksums(): Record<string, string> {
  const lines = existsSync(FILE) ? readFileSync(FILE, 'utf8').split('\n').filter(Boolean) : []
  return Object.fromEntries(lines.map((line) => line.split('  ').reverse()))
}

/** What they are. */
export const checksums = (): Record<string, string> =>
  Object.fromEntries(
    migrationNames().map((name) => [name, createHash('sha256').update(readMigration(name)).digest('hex')]),
  )

/** Never changes a line: what is noted may have run somewhere. */
export function noteNewMigrations(): void {
  const noted = notedChecksums()
  for (const [name, checksum] of Object.entries(checksums()))
    if (!(name in noted)) appendFileSync(FILE, `${checksum}  ${name}\n`)
}
