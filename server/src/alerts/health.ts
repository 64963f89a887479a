import { type IntegrationHealth, settingsOfType } from '#contract/integrations.ts'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { integrationOfType } from '../integrations/index.ts'
import { openOrNull } from '../platform/secrets.ts'
import { readRefusal } from '../sentry-sync/connection-view.ts'
import { readMissing } from '../sentry-sync/missing-store.ts'
import type { IntegrationWithContext } from '../services/integration-model.ts'
import { getIntegration } from '../services/integration-store.ts'
import { diagnose, type HealthFacts, type RecentDelivery } from './diagnose.ts'
import {
  type KindSeen,
  type LoggedDelivery,
  readBusiestMinute,
  readHours,
  readKinds,
  readLastAcceptedAt,
  readLevels,
  readRecentDeliveries,
} from './health-store.ts'

/** What an integration has received, and what is wrong with it as far as the server can tell. By address or by ref. */
export async function readHealth(deps: Deps, id: string): Promise<IntegrationHealth> {
  const { db } = deps
  const now = deps.clock.now()
  const integration = await getIntegration(db, id)
  const { id: ref, last_delivery_at: lastDeliveryAt } = integration
  const kinds = await readKinds(db, ref)
  const recent = await readRecentDeliveries(db, ref, now)
  const missing = await readMissing(db, ref)
  const facts: HealthFacts = {
    ...factsOfConfiguration(deps, integration),
    lastDeliveryAt,
    kinds,
    recent: recent.map(toRecent),
    missing,
    refusal: await readRefusal(db, ref),
    busiestMinute: await readBusiestMinute(db, ref, now),
    levels: await readLevels(
      db,
      recent.flatMap(({ incident_id: incidentId }) => incidentId ?? []),
    ),
  }
  return {
    lastDeliveryAt: lastDeliveryAt?.toISOString() ?? null,
    lastAcceptedAt: (await readLastAcceptedAt(db, ref))?.toISOString() ?? null,
    hours: (await readHours(db, ref, now)).map((hour) => ({ ...hour, hour: hour.hour.toISOString() })),
    kinds: kinds.map(toKindView),
    missingDeliveries: missing.map((one) => ({ ...one, at: one.at.toISOString() })),
    diagnoses: diagnose(facts, now),
  }
}

function factsOfConfiguration({ config, secrets }: Deps, row: IntegrationWithContext) {
  const sealed = [row.signing_secret, row.previous_signing_secret].filter((secret) => secret !== null)
  return {
    type: row.type,
    toolName: integrationOfType(row.type)?.name ?? row.type,
    enabled: row.enabled,
    createdAt: row.created_at,
    publicUrl: publicUrlOf(config),
    limits: settingsOfType[row.type].safeParse(row.settings).data ?? null,
    secret: {
      isSet: row.signing_secret !== null,
      hasPrevious: row.previous_signing_secret !== null,
      isReadable: sealed.every((secret) => openOrNull(secrets, secret) !== null),
      setAt: row.signing_secret_set_at,
    },
  }
}

/** The title of every tool's test delivery. */
const TEST_TITLE = 'Test alert from OpsKnight'

const toRecent = ({
  received_at: at,
  title,
  replay_of: replayOf,
  ...row
}: LoggedDelivery): RecentDelivery => ({
  at,
  outcome: row.outcome,
  code: row.code,
  reason: row.reason,
  kind: row.kind,
  isOurs: replayOf !== null || title === TEST_TITLE,
})

const toKindView = ({ kind, firstAt, lastAt }: KindSeen) => ({
  kind,
  firstAt: firstAt.toISOString(),
  lastAt: lastAt.toISOString(),
})
