import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../fuzz/random.ts'
import type { House, HouseKind, Member } from './house.ts'
import { running } from './house.ts'

/** Harm done to a house under load. `befall` ends when the harm has: what comes then is recovery. */
export type Fault = {
  name: string
  house: HouseKind
  befall(house: House, circumstances: { random: Random; seconds: number }): Promise<Harm>
}

/** What it consisted of, to be counted. */
export type Harm = { kills?: number; outages?: number }

const TAKEN_OVER_WITHIN_MS = 20_000

const ALONE = 'one server with its own database'
const PAIR = 'two servers on one database'

export const FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of the server',
    house: ALONE,
    async befall({ members: [server] }, { random }) {
      await server!.kill()
      await pause(random, 0.5)
      await server!.start()
      return { kills: 1 }
    },
  },
  {
    name: 'kill -9 of PostgreSQL',
    house: ALONE,
    async befall(house) {
      await killPostgres(house)
      return { kills: 1, outages: 1 }
    },
  },
  {
    name: 'kill -9 of PostgreSQL, then of the server, which keeps a journal',
    house: ALONE,
    async befall(house, { random }) {
      const [server] = house.members
      // Its child comes up again within a moment; stopped it stays away for as long as the journal needs to be used.
      const stopped = stop(house)
      await delay(4_000)
      await server!.kill()
      signal(stopped, 'SIGKILL')
      await pause(random, 0.5)
      await server!.start()
      return { kills: 2, outages: 1 }
    },
  },
  {
    name: 'SIGSTOP of PostgreSQL',
    house: ALONE,
    async befall(house, { random, seconds }) {
      const stopped = stop(house)
      await pause(random, seconds)
      signal(stopped, 'SIGCONT')
      return { outages: 1 }
    },
  },
  {
    name: 'restart of PostgreSQL',
    house: ALONE,
    async befall(house) {
      await endingPostmaster(house, 'SIGINT')
      return { outages: 1 }
    },
  },
  {
    name: 'full disk for the journal, database away',
    house: PAIR,
    async befall({ line, disk, members }, { random, seconds }) {
      const pids = () => running(members).map(({ pid }) => pid)
      await line!.cut()
      await pause(random, seconds / 2)
      disk.fill(pids())
      await pause(random, seconds / 2)
      // In either order: the disk has room before the database is back, or after.
      const freed = random.chance(1 / 2)
      if (freed) {
        disk.free(pids())
        await pause(random, seconds / 2)
      }
      await line!.mend()
      await pause(random, seconds / 2)
      if (!freed) disk.free(pids())
      return { outages: 1 }
    },
  },
  {
    name: 'pool that hangs, and goes on late',
    house: PAIR,
    async befall({ line }, { random, seconds }) {
      line!.freeze()
      await pause(random, seconds)
      line!.thaw()
      return { outages: 1 }
    },
  },
  {
    name: 'pool whose connections never answer again',
    house: PAIR,
    async befall({ line }, { random, seconds }) {
      line!.freeze()
      await pause(random, seconds)
      line!.forget()
      return { outages: 1 }
    },
  },
  {
    name: 'clock that jumps an hour',
    house: PAIR,
    async befall({ line, members }, { random, seconds }) {
      const hour = 3_600_000 * (random.chance(1 / 2) ? 1 : -1)
      await line!.cut()
      await pause(random, seconds / 4)
      // One of them first: for a while they disagree.
      for (const member of shuffled(random, members)) {
        member.shiftClock(hour)
        await pause(random, seconds / 4)
      }
      await line!.mend()
      await pause(random, seconds / 2)
      for (const member of shuffled(random, members)) {
        member.shiftClock(0)
        await pause(random, seconds / 4)
      }
      return { outages: 1 }
    },
  },
  {
    name: 'one of two servers dies',
    house: PAIR,
    async befall({ members }, { random, seconds }) {
      const victim = random.pick(members)
      await victim.kill()
      await pause(random, seconds)
      await victim.start()
      return { kills: 1 }
    },
  },
  {
    name: 'one of two servers dies while the database is away',
    house: PAIR,
    async befall({ line, members, disk }, { random, seconds }) {
      const victim: Member = random.pick(members)
      await line!.cut()
      await pause(random, seconds)
      await victim.kill()
      await line!.mend()
      // The other one takes over what the dead one had accepted, and does not wait for it to come back.
      for (let waited = 0; disk.journals() > 1; waited += 50) {
        if (waited > TAKEN_OVER_WITHIN_MS) throw new Error('Nobody took over the journal of the dead server')
        await delay(50)
      }
      await victim.start()
      return { kills: 1, outages: 1 }
    },
  },
]

/** Never nothing, never more than so many seconds. */
const pause = (random: Random, seconds: number) => delay((0.2 + 0.8 * random.next()) * seconds * 1_000)

export function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  const rest = [...items]
  return items.flatMap(() => rest.splice(random.below(rest.length), 1))
}

function stop({ postgres }: House): number[] {
  const pids = postgres.processes()
  signal(pids, 'SIGSTOP')
  return pids
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, name)
    } catch {
      // Gone already.
    }
}

const killPostgres = (house: House) => endingPostmaster(house, 'SIGKILL')

/** Whoever watches over PostgreSQL starts it again: ends when another one runs. */
async function endingPostmaster({ postgres }: House, name: NodeJS.Signals): Promise<void> {
  const before = postgres.postmaster()
  if (before === null) throw new Error('PostgreSQL does not run')
  process.kill(before, name)
  for (let after = before; after === before; after = postgres.postmaster() ?? before) await delay(50)
}
