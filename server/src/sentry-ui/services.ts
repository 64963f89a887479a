import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { isUuid } from '../platform/ids.ts'

/** The service that somebody has chosen in Sentry, if it is still there. */
export async function getPresentService(
  db: Db,
  serviceId: string | null,
): Promise<{ id: string; name: string }> {
  if (serviceId === null) throw new AppError('invalid_request', 'Choose a service.')
  const service = isUuid(serviceId)
    ? await db
        .selectFrom('services')
        .select(['id', 'name'])
        .where('id', '=', serviceId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
    : undefined
  if (service) return service
  throw new AppError('invalid_request', 'This service is no longer in OpsKnight. Choose another one.')
}
