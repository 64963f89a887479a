import type { Deps } from '../deps.ts'
import { readChannels } from '../messaging/commands.ts'
import type { ChannelState } from '../messaging/settings.ts'
import type { Db } from '../platform/db.ts'
import type { Finding } from './doctor.ts'

/** By which channels pages can go out, and which of those that somebody counts on cannot be used. Changes nothing. */
export async function channelFindings(deps: Deps): Promise<Finding[]> {
  const states = await readAsTheyAre(deps)
  const reliant = await countReliant(deps.db)
  const usable = states.filter((state) => problemOf(state) === null)
  const broken = states.flatMap((state) => {
    const [problem, people] = [problemOf(state), reliant.get(state.definition.id) ?? 0]
    return problem !== null && (state.configuredBy || people > 0)
      ? [brokenFinding(state, problem, people)]
      : []
  })
  return [{ ok: true, what: `Pages can go out by: ${namesOf(usable)}` }, ...broken]
}

const problemOf = ({ ready }: ChannelState) => ('problem' in ready ? ready.problem : null)

const namesOf = (states: readonly ChannelState[]) =>
  states.map(({ definition }) => definition.name).join(', ')

/** Channels make keys for themselves when they are looked at first: not because of us. */
async function readAsTheyAre(deps: Deps): Promise<ChannelState[]> {
  const trx = await deps.db.startTransaction().execute()
  try {
    return await readChannels({ ...deps, db: trx })
  } finally {
    await trx.rollback().execute()
  }
}

/** By channel, how many people have an address there that they have proven; whoever is disabled is not paged anyway. */
async function countReliant(db: Db): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('contact_methods as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .where('m.verified_at', 'is not', null)
    .where('u.disabled_at', 'is', null)
    .groupBy('m.channel')
    .select(({ fn }) => ['m.channel', fn.count<number>('m.user_id').distinct().as('people')])
    .execute()
  return new Map(rows.map(({ channel, people }) => [channel, Number(people)]))
}

function brokenFinding({ definition: { name } }: ChannelState, problem: string, people: number): Finding {
  const whose = people === 1 ? 'one person has a contact method' : `${people} people have contact methods`
  return {
    ok: false,
    what: people > 0 ? `${name} cannot be used, and ${whose} on it` : `${name} is set up and cannot be used`,
    fix: problem,
  }
}
