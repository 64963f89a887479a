import { type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { Failure } from '../failure.ts'

/** The account that PostgreSQL runs as when we are root, which PostgreSQL refuses to be. */
export type Account = { name: string; uid: number; gid: number }

/**
 * Whose processes PostgreSQL's are: null means our own account. As root it is the owner of an existing cluster,
 * else `postgres`, else `nobody`.
 */
export function postgresAccount(cluster: string): Account | null {
  if (process.getuid?.() !== 0) return null

  const owner = statSync(cluster, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid }

  const accounts = readAccounts()
  const found = accounts.get('postgres') ?? accounts.get('nobody')
  if (!found)
    throw new Failure(
      'PostgreSQL refuses to run as root, and this machine has neither an account "postgres" nor "nobody". ' +
        'Create one (useradd --system postgres), or start OpsKnight as an ordinary user.',
    )
  return found
}

function readAccounts(): Map<string, Account> {
  const accounts = new Map<string, Account>()
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':')
    if (name && Number(uid) > 0) accounts.set(name, { name, uid: Number(uid), gid: Number(gid) })
  }
  return accounts
}

/** The options that make a child process run as that account, in a folder that it can certainly enter. */
export function asAccount(account: Account | null) {
  return { cwd: '/', ...(account && { uid: account.uid, gid: account.gid }) }
}

/** Whether the account may pass into the folder; the kernel is asked, as modes alone do not tell (ACLs, mounts). */
export function canEnter(account: Account | null, folder: string): boolean {
  return account === null || succeeds('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], asAccount(account))
}

/** Whether the account can run the program there, with the libraries that it needs. */
export function canRun(account: Account | null, program: string): boolean {
  return succeeds(program, ['--version'], asAccount(account))
}

function succeeds(program: string, args: string[], options: SpawnSyncOptions): boolean {
  return spawnSync(program, args, { ...options, stdio: 'ignore' }).status === 0
}

/** What PostgreSQL is started with: none of our secrets, as whoever may read its processes could read them, and no settings of another. */
export const plainEnvironment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(OPSKNIGHT_|DATABASE_URL$|PG|MALLOC_)/.test(name)),
  ),
  LANG: 'C',
  LC_ALL: 'C',
})

/** Runs one of PostgreSQL's tools to its end; throws with what it printed when it fails. */
export async function runTool(
  account: Account | null,
  program: string,
  args: string[],
  input = '',
): Promise<void> {
  // Detached: Ctrl-C in the terminal must not leave half of its work.
  const child = spawn(program, args, {
    ...asAccount(account),
    detached: true,
    env: plainEnvironment(),
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  // A tool that ends before it has read everything says why on stderr.
  child.stdin.on('error', () => {})
  child.stdin.end(input)

  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Failure(`${program} failed (${code}): ${printed.trim()}`)
}
