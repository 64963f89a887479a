import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startTemporaryPostgres } from '../server/src/platform/embedded-postgres/index.ts'
import { migrate } from '../server/src/platform/migrate.ts'
import { noteNewMigrations } from '../server/src/testing/migration-checksums.ts'

// Types of the tables, read from a database that has just been migrated; and a note of migrations that are new.
const postgres = await startTemporaryPostgres()
try {
  await migrate(postgres.url)
  const codegen = fileURLToPath(new URL('../node_modules/kysely-codegen/dist/cli/bin.js', import.meta.url))
  const verify = process.argv.includes('--verify') ? ['--verify'] : []
  execFileSync(process.execPath, [codegen, '--url', postgres.url, ...verify], { stdio: 'inherit' })
  noteNewMigrations()
} finally {
  await postgres.stop()
}
