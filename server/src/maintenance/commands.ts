import type { CreateMaintenanceWindow } from '#contract/services.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { wakeSuppressed } from '../incidents/wake-suppressed.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import { AppError } from '../platform/errors.ts'
import { notify } from '../platform/live.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { findPresentServices } from '../services/store.ts'
import { deleteWindow, insertWindow, type MaintenanceWindow } from './store.ts'

/** From `start` to `end` new incidents of these services are suppressed. Those that are open already go on paging. */
export async function createMaintenanceWindow(
  deps: Deps,
  principal: Principal | null,
  { serviceIds, start, end, reason }: CreateMaintenanceWindow,
): Promise<MaintenanceWindow> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const services = await findPresentServices(trx, serviceIds)
    refuseUnknown(serviceIds, new Set(services.map(({ id }) => id)))
    const given = {
      serviceIds: services.map(({ id }) => id),
      start: new Date(start),
      end: new Date(end),
      reason,
      createdBy: principal.actor.name,
    }
    const window = await insertWindow(trx, given, now)
    await recordAudit(trx, principal, now, {
      action: 'maintenance_window.created',
      target: auditTarget(window),
      data: {
        services: services.map(({ name }) => name),
        start: window.start_at.toISOString(),
        end: window.end_at.toISOString(),
      },
    })
    return window
  })
}

function refuseUnknown(serviceIds: readonly string[], present: ReadonlySet<string>): void {
  const errors = serviceIds.flatMap((id, index) =>
    present.has(id.toLowerCase())
      ? []
      : [{ path: `serviceIds.${index}`, message: 'There is no such service' }],
  )
  if (errors.length === 0) return
  throw new AppError('invalid_request', 'The window names services that do not exist or were deleted.', {
    errors,
  })
}

/** The window ends now: what it suppressed opens as soon as the timers are looked at, unless another window covers it. */
export async function deleteMaintenanceWindow(
  deps: Deps,
  principal: Principal | null,
  id: string,
): Promise<void> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  await changeConfiguration(deps, async (trx) => {
    const window = await deleteWindow(trx, id)
    const ids = await wakeSuppressed(trx, window.service_ids, now)
    if (ids.length > 0) await notify(trx, [{ kind: 'incidents', ids }])
    await recordAudit(trx, principal, now, {
      action: 'maintenance_window.deleted',
      target: auditTarget(window),
      data: { start: window.start_at.toISOString(), end: window.end_at.toISOString() },
    })
  })
}

const auditTarget = ({ id, reason }: MaintenanceWindow) => ({
  type: 'maintenance_window',
  id,
  name: reason || 'Maintenance',
})
