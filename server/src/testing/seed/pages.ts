import { sql } from 'kysely'
import type { Db } from '../../platform/db.ts'

/** A ledger with a past: people who can be reached by mail, and pages about incidents that are there. */
export async function seedPages(
  db: Db,
  { people, pages, now }: { people: number; pages: number; now: Date },
): Promise<void> {
  await sql`
    with person as (
      insert into users (id, name, email, role, created_at, updated_at)
      select gen_random_uuid(), 'Person ' || n, 'person-' || n || '@example.com', 'responder', ${now}, ${now}
      from generate_series(1, ${people}) n returning id, email
    )
    insert into contact_methods (id, user_id, channel, address, address_hash, verified_at, created_at, updated_at)
    select gen_random_uuid(), id, 'email', email, sha256(convert_to(email, 'UTF8')), ${now}, ${now}, ${now} from person`.execute(
    db,
  )
  await sql`
    with incident as materialized (select id, row_number() over (order by number) - 1 as n from incidents),
      method as materialized (select id, user_id, row_number() over (order by id) - 1 as n from contact_methods),
      page as materialized (
        select g, g % (select count(*) from incident) as incident_n, g % ${people}::int as method_n
        from generate_series(1, ${pages}::int) g
      )
    insert into pages (id, key, incident_id, user_id, contact_method_id, channel, address, urgency, cause, step, cycle,
      status, reason, due_at, created_at, sent_at, attempts, provider_id)
    select gen_random_uuid(), 'key ' || g, i.id, m.user_id, m.id, 'email', 'p…@example.com', 'high', 'escalation', 1, 0,
      case when g % 100 = 0 then 'failed' when g % 20 = 0 then 'cancelled' else 'sent' end,
      case when g % 20 = 0 then 'It was so' end, ${now}, ${now}, ${now}, 1, 'provider ' || g
    from page join incident i on i.n = incident_n join method m on m.n = method_n`.execute(db)
  await sql`analyze users, contact_methods, pages`.execute(db)
}
