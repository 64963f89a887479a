import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startTemporaryPostgres } from '../platform/embedded-postgres/index.ts'
import { migrate } from '../platform/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}

export const TEMPLATE = 'test_template'

/** One PostgreSQL for all tests, with one migrated template database that every test clones. */
export default async function setup(project: TestProject) {
  const postgres = await startTemporaryPostgres()
  const admin = new pg.Client({ connectionString: postgres.url })
  await admin.connect()
  await admin.query(`create database ${TEMPLATE}`)
  await admin.end()
  await migrate(databaseUrl(postgres.url, TEMPLATE))
  project.provide('postgresUrl', postgres.url)
  return () => postgres.stop()
}

export function databaseUrl(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}
