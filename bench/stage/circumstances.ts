import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import os from 'node:os'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import type { Db } from '../../server/src/platform/db.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Under which circumstances something was measured: figures mean little without. */
export async function circumstances(db: Db) {
  const cpus = os.cpus()
  return {
    measuredAt: new Date().toISOString(),
    machine: {
      processors: os.availableParallelism(),
      processor: cpus[0]?.model ?? null,
      memoryGiB: Math.round(os.totalmem() / 1024 ** 3),
      system: `${os.type()} ${os.release()} ${os.arch()}`,
      /** Above the number of processors before the start, others were working too. */
      loadBefore: os.loadavg()[0],
    },
    versions: {
      opsknight: versionIn('package.json'),
      node: process.version,
      fastify: versionIn('node_modules/fastify/package.json'),
    },
    postgres: await postgresSettings(db),
    commit: git('rev-parse', 'HEAD'),
    changedFiles:
      git('status', '--porcelain', '--', 'contract', 'server', 'bench')?.split('\n').filter(Boolean).length ??
      null,
  }
}

const versionIn = (file: string): string => JSON.parse(readFileSync(`${root}/${file}`, 'utf8')).version

async function postgresSettings(db: Db): Promise<Record<string, string>> {
  const { rows } = await sql<{ name: string; setting: string }>`
    select name, current_setting(name) as setting from unnest(array['server_version', 'fsync', 'synchronous_commit',
      'full_page_writes', 'shared_buffers', 'max_wal_size']) as name`.execute(db)
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
}

/** Null where this is no checkout. */
function git(...args: string[]): string | null {
  try {
    return execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return null
  }
}
