import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, statfsSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import path from 'node:path'
import { Failure } from '../failure.ts'
import { canEnter, postgresAccount } from './account.ts'
import { usableBinaries } from './binaries.ts'
import { createCluster, ensureDatabase, findFreePort, startPostgres, urlOf } from './cluster.ts'
import { tryLock } from './lock.ts'
import { SHARED_FOLDER } from './place.ts'
import { endProcesses } from './processes.ts'

const PREFIX = 'opsknight-temporary-'

/**
 * A fresh PostgreSQL that forgets everything at `stop`, for tests: it does not wait for the disk, so it is fast and not for
 * anything that has to last. What a killed test run left behind is removed by the next one.
 */
export async function startTemporaryPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const account = postgresAccount('')
  const parents = [...inMemory(), realpathSync(tmpdir()), '/tmp', '/var/tmp']
  const parent = parents.find((folder) => canEnter(account, folder))
  if (!parent)
    throw new Failure(`PostgreSQL's account "${account?.name}" can reach no folder for temporary files`)
  await removeLeftovers(parent)

  const folder = mkdtempSync(path.join(parent, PREFIX))
  if (account) chmodSync(folder, 0o711)
  const owner = tryLock(path.join(folder, 'owner.lock'), 'exclusive')
  const cluster = path.join(folder, 'cluster')
  const place = {
    folder,
    cluster,
    account,
    binaries: usableBinaries(account, account ? SHARED_FOLDER : folder),
  }

  const stop = async () => {
    await endProcesses(cluster)
    owner?.release()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const access = { port: await findFreePort(), password: randomBytes(24).toString('base64url') }
    await createCluster(place, access.password, ['--no-sync'])
    await startPostgres(place, access, {
      ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
      ...{ wal_level: 'minimal', max_wal_senders: '0', max_connections: '300', max_wal_size: '256MB' },
    })
    await ensureDatabase(access, 'opsknight')
    return { url: urlOf(access, 'opsknight'), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const MEMORY_FOLDER = '/dev/shm'
const MEMORY_MIN_BYTES = 4 * 1024 ** 3

/** A database is five hundred files: where there is room for them in memory, a new one takes a tenth of the time. */
function inMemory(): string[] {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER)
    return bavail * bsize >= MEMORY_MIN_BYTES && freemem() >= MEMORY_MIN_BYTES ? [MEMORY_FOLDER] : []
  } catch {
    return []
  }
}

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of readdirSync(parent).filter((name) => name.startsWith(PREFIX))) {
    const folder = path.join(parent, name)
    try {
      const lock = existsSync(path.join(folder, 'owner.lock'))
        ? tryLock(path.join(folder, 'owner.lock'), 'exclusive')
        : null
      if (!lock) continue
      await endProcesses(path.join(folder, 'cluster'))
      rmSync(folder, { recursive: true, force: true })
      lock.release()
    } catch {
      // Another account's; that account will remove it.
    }
  }
}
