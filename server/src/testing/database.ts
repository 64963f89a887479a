import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { databaseUrl, TEMPLATE } from './global-setup.ts'

/** An empty, migrated database of one test, and its address. It is dropped when the test has finished. */
export const createTestDatabase = (): Promise<string> => createDatabase(TEMPLATE)

/** One on which no server was ever started. */
export const createEmptyDatabase = (): Promise<string> => createDatabase('template1')

async function createDatabase(template: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`
  // Without fsync, copying the files takes half as long as writing every page to the log first.
  await asAdmin(`create database ${name} template ${template} strategy file_copy`)
  onTestFinished(() => asAdmin(`drop database ${name} with (force)`))
  return databaseUrl(inject('postgresUrl'), name)
}

async function asAdmin(statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('postgresUrl') })
  await admin.connect()
  try {
    await admin.query(statement)
  } finally {
    await admin.end()
  }
}
