import { sql } from 'kysely'
import type { SelectOption } from '#contract/sentry-ui.ts'
import { listSummaries } from '../incidents/list.ts'
import type { Db } from '../platform/db.ts'

const SERVICES_SHOWN = 50
const INCIDENTS_SHOWN = 30

/** Services by name, the integration's own one first and chosen; of those that hold what was typed, those that begin with it first. */
export async function serviceOptions(db: Db, ownServiceId: string, typed: string): Promise<SelectOption[]> {
  if (typed !== '') return (await namedLike(db, typed)).map(toOption)
  const [own, all] = await Promise.all([
    services(db).where('id', '=', ownServiceId).execute(),
    services(db).orderBy(sql`lower(name)`).limit(SERVICES_SHOWN).execute(),
  ])
  // Sentry sets a default anew with every answer: while somebody types it would undo what they have chosen.
  return [
    ...own.map((service) => ({ ...toOption(service), default: true as const })),
    ...all.filter(({ id }) => id !== ownServiceId).map(toOption),
  ]
}

const services = (db: Db) => db.selectFrom('services').select(['id', 'name']).where('deleted_at', 'is', null)

function namedLike(db: Db, typed: string) {
  const part = typed.replace(/[\\%_]/g, '\\$&')
  return services(db)
    .where('name', 'ilike', `%${part}%`)
    .orderBy(sql`name ilike ${`${part}%`}`, 'desc')
    .orderBy(sql`lower(name)`)
    .limit(SERVICES_SHOWN)
    .execute()
}

const toOption = ({ id, name }: { id: string; name: string }): SelectOption => ({ label: name, value: id })

/** Active incidents, newest first: what is over takes no more messages. */
export async function incidentOptions(db: Db, typed: string): Promise<SelectOption[]> {
  const rows = await listSummaries(db, {
    status: ['active'],
    limit: INCIDENTS_SHOWN,
    ...(typed === '' ? {} : { q: typed }),
  })
  return rows.slice(0, INCIDENTS_SHOWN).map(({ id, number, title, service_name, status }) => ({
    label: `#${number} ${title} - ${service_name}, ${status}`,
    value: id,
  }))
}
