import type { Selectable } from 'kysely'
import type { JsonObject } from '#contract/common.ts'
import { type IntegrationType, type IntegrationView, settingsOfType } from '#contract/integrations.ts'
import { type Config, publicUrlOf } from '../config.ts'
import { AppError } from '../platform/errors.ts'
import { may, type Principal } from '../platform/principal.ts'
import type { Schema } from '../platform/schema.ts'

export type Integration = Selectable<Schema['integrations']>

/** An integration with what its page shows of other tables. */
export type IntegrationWithContext = Integration & { service_name: string; last_delivery_at: Date | null }

/** What an Integration ID looks like: anything else is not looked for. */
export const ADDRESS = /^[\w-]{22,100}$/

/** Where a tool sends its deliveries. For the Events API the address is the key, not a part of the URL. */
export function webhookUrlOf(config: Config, { type, address }: Pick<Integration, 'type' | 'address'>) {
  const url = publicUrlOf(config)
  return type === 'events' ? `${url}/api/events` : `${url}/api/integrations/${type}?integrationId=${address}`
}

/** What this principal may see of the integration: its address is a credential. */
export function toIntegrationView(
  row: IntegrationWithContext,
  principal: Principal | null,
  config: Config,
): IntegrationView {
  const seesAddress = principal !== null && may(principal, 'inspect')
  return {
    id: seesAddress ? row.address : row.id,
    ref: row.id,
    serviceId: row.service_id,
    serviceName: row.service_name,
    type: row.type,
    name: row.name,
    enabled: row.enabled,
    webhookUrl: seesAddress ? webhookUrlOf(config, row) : null,
    hasSigningSecret: row.signing_secret !== null,
    hasPreviousSigningSecret: row.previous_signing_secret !== null,
    connected: row.has_outbox,
    settings: settingsShown(row),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    lastDeliveryAt: row.last_delivery_at?.toISOString() ?? null,
  }
}

/** With the defaults of what the row does not say; a row that cannot be read is shown as it is. */
const settingsShown = ({ type, settings }: Integration): JsonObject =>
  settingsOfType[type].safeParse(settings).data ?? settings

/** Throws `invalid_request` with the path of every setting that is unknown or has a value that is not accepted. */
export function changedSettings(type: IntegrationType, before: JsonObject, patch: JsonObject): JsonObject {
  const schema = settingsOfType[type]
  const unknown = Object.keys(patch).filter((name) => !Object.hasOwn(schema.shape, name))
  const { data, error } = schema.safeParse({ ...before, ...patch })
  const errors = [
    ...unknown.map((name) => ({ path: `settings.${name}`, message: `There is no such setting of ${type}` })),
    ...(error?.issues ?? []).map(({ path, message }) => ({ path: ['settings', ...path].join('.'), message })),
  ]
  if (!data || errors.length > 0) {
    const words = errors.map(({ path, message }) => `${path}: ${message}`).join('; ')
    throw new AppError('invalid_request', `These settings are not accepted. ${words}`, {
      errors: errors.slice(0, 20),
    })
  }
  return { ...before, ...data }
}
