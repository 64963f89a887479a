import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { migrationNames, readMigration } from '../platform/migrate.ts'

/** One file per commit whose migrations are not those of today; `npm run earlier-migrations` writes them. */
export const EARLIER = new URL('./earlier-migrations/', import.meta.url)

/** What a database may have been made by: the names of migrations, and what they were at the time. */
export type State = { commit: string; migrations: { name: string; sql: string }[] }

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const FOLDER = 'server/migrations'

const git = (...words: string[]) =>
  execFileSync('git', words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** The states of the commits that touched the migrations, oldest first, of as much history as there is. */
function statesInHistory(): State[] {
  return commitsOfMigrations().map((commit) => {
    const files = git('ls-tree', '--name-only', commit, `${FOLDER}/`).split('\n').filter(Boolean)
    const migrations = files
      .filter((file) => file.endsWith('.sql'))
      .map((file) => ({ name: file.slice(FOLDER.length + 1), sql: git('show', `${commit}:${file}`) }))
    return { commit: commit.slice(0, 7), migrations }
  })
}

/** None where the repository came without its history. */
function commitsOfMigrations(): string[] {
  try {
    return git('log', '--reverse', '--format=%H', '--', FOLDER).split('\n').filter(Boolean)
  } catch {
    return []
  }
}

/** The states in which a migration is not what it is today. */
export const rewrittenStates = (): State[] =>
  statesInHistory().filter(({ migrations }) =>
    migrations.some(({ name, sql }) => !migrationNames().includes(name) || readMigration(name) !== sql),
  )

const MARK = '-- migration: '

export const textOfState = ({ migrations }: State): string =>
  migrations.map(({ name, sql }) => `${MARK}${name}\n${sql}`).join('')

/** The rewritten states as they are kept in the repository. */
export function keptStates(): State[] {
  return readdirSync(EARLIER).map((file) => {
    const text = readFileSync(new URL(file, EARLIER), 'utf8')
    const migrations = text
      .split(new RegExp(`^${MARK}`, 'm'))
      .slice(1)
      .map((part) => {
        const end = part.indexOf('\n')
        return { name: part.slice(0, end), sql: part.slice(end + 1) }
      })
    return { commit: file.replace(/\.sql$/, ''), migrations }
  })
}
