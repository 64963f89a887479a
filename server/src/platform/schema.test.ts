import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, inject, test } from 'vitest'
import { databaseUrl, TEMPLATE } from '../testing/global-setup.ts'

test('the types of the tables are those of the migrated database', () => {
  const codegen = fileURLToPath(
    new URL('../../../node_modules/kysely-codegen/dist/cli/bin.js', import.meta.url),
  )
  const url = databaseUrl(inject('postgresUrl'), TEMPLATE)
  const { status, stderr } = spawnSync(process.execPath, [codegen, '--url', url, '--verify'], {
    encoding: 'utf8',
  })
  expect({ status, stderr }, 'Run: npm run types').toMatchObject({ status: 0 })
})
