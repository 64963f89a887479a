import type { Deps } from '../deps.ts'

/** Deletes sessions, one-time links, codes and counted failures whose time is over. They have no effect by then. */
export async function deleteExpired({ db, clock }: Deps): Promise<void> {
  const now = clock.now()
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute()
  await db.deleteFrom('one_time_links').where('expires_at', '<=', now).execute()
  await db
    .updateTable('contact_methods')
    .set({ code_hash: null, code_expires_at: null })
    .where('code_expires_at', '<=', now)
    .execute()
  await db.deleteFrom('sign_in_failures').where('window_ends_at', '<=', now).execute()
}
