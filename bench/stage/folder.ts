import { chmodSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { tryLock } from '../../server/src/platform/embedded-postgres/lock.ts'
import { endProcesses } from '../../server/src/platform/embedded-postgres/processes.ts'

const PREFIX = 'opsknight-bench-'

/** Where the data of a run are for as long as it takes. */
export const temporaryParent = (): string => realpathSync(tmpdir())

/** A data folder that goes away with `parts`. What a killed run left behind is removed by the next one. */
export async function temporaryFolder(parts: AsyncDisposableStack): Promise<string> {
  const parent = temporaryParent()
  await removeLeftovers(parent)
  const folder = mkdtempSync(path.join(parent, PREFIX))
  // As root, PostgreSQL runs under an account of its own and must be able to pass.
  chmodSync(folder, 0o711)
  const owner = tryLock(path.join(folder, 'owner.lock'), 'exclusive')
  parts.defer(async () => {
    await endProcesses(clusterIn(folder))
    owner?.release()
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

export const clusterIn = (dataFolder: string): string => path.join(dataFolder, 'postgres', 'cluster')

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of readdirSync(parent).filter((name) => name.startsWith(PREFIX))) {
    const folder = path.join(parent, name)
    const lock = tryLock(path.join(folder, 'owner.lock'), 'exclusive')
    if (!lock) continue
    if (existsSync(clusterIn(folder))) await endProcesses(clusterIn(folder))
    lock.release()
    rmSync(folder, { recursive: true, force: true })
  }
}
