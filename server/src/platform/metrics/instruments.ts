import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** From what one commit costs on a fast disk to what nobody waits for any more. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** From what a local mail server takes to the last attempt. */
const PAGE_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800]
const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256]

export type Instruments = ReturnType<typeof instrumentsOn>

/**
 * Everything that OpsKnight counts, by the conventions of Prometheus (https://prometheus.io/docs/practices/naming/).
 * Labels are words of ours, never ids, titles or anything else that a sender chooses: each value is a series of its own.
 */
export function instrumentsOn(registry: Registry) {
  const registers = [registry]
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `opsknight_${name}`, help, labelNames, registers })
  const histogram = <Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[] = [],
  ) => new Histogram({ name: `opsknight_${name}`, help, buckets, labelNames, registers })
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name: `opsknight_${name}`, help, labelNames, registers })

  return {
    deliveries: counter(
      'deliveries_total',
      'Deliveries by what they were answered: accepted, ignored, queued (in the journal), rejected or failed, with the code of the problem; synthetic are those of the heartbeat.',
      ['outcome', 'code'],
    ),
    answer: histogram(
      'webhook_answer_seconds',
      'From the first byte of a delivery to the last one of its answer.',
      SECONDS,
    ),
    events: counter('events_total', 'What deliveries did to incidents, once it was committed.', ['action']),
    batchSize: histogram('ingest_batch_size', 'Deliveries that were committed together.', BATCH_SIZES),
    queue: histogram(
      'ingest_queue_seconds',
      'How long the oldest delivery of a commit had waited for the commit before it.',
      SECONDS,
    ),
    commit: histogram('ingest_commit_seconds', 'How long a commit of deliveries took.', SECONDS),
    requests: histogram(
      'http_request_seconds',
      'Answers to people and programs by route; deliveries and the live stream are not among them.',
      SECONDS,
      ['method', 'route', 'status'],
    ),
    journalEntries: gauge('journal_entries', 'Deliveries in the journal that have yet to take effect.'),
    journalBytes: gauge('journal_bytes', 'Bytes of the deliveries in the journal.'),
    journalSetAside: gauge(
      'journal_set_aside',
      'Deliveries that could not be applied and were set aside in the journal.',
    ),
    databaseUp: gauge('database_up', '1 when the database answers, else 0.'),
    activeIncidents: gauge('active_incidents', 'Incidents that are not resolved.', ['status']),
    escalationsDue: gauge('escalations_due', 'Incidents with somebody to page now.'),
    escalationsOldest: gauge(
      'escalations_oldest_due_seconds',
      'How long the oldest of them has been due; 0 when there is none.',
    ),
    escalationsBroken: counter(
      'escalations_broken_total',
      'Attempts to work out whom to page for an incident that failed, and were not the database being away.',
      [],
    ),
    pages: counter(
      'pages_total',
      'Messages that pages went out as, by what came of each attempt: sent, retry (it is tried again) or failed.',
      ['channel', 'outcome'],
    ),
    pageSeconds: histogram(
      'page_send_seconds',
      'From when a page was due to when its channel had it.',
      PAGE_SECONDS,
      ['channel'],
    ),
    pagesDue: gauge(
      'pages_due',
      'Pages that are due and have not gone out, those that are tried again among them.',
    ),
    pagesOldest: gauge(
      'pages_oldest_due_seconds',
      'How long the oldest of them has been due; 0 when there is none.',
    ),
    sentryRequests: counter(
      'sentry_requests_total',
      'Requests to the API of a connected Sentry by what came of them: ok, rejected, refused (the token), limited (429) or away.',
      ['result'],
    ),
    outboxWaiting: gauge('outbox_waiting', 'Changes of incidents that their tool has not been told yet.'),
    outboxOldest: gauge(
      'outbox_oldest_seconds',
      'How long the oldest of them has waited; 0 when there is none.',
    ),
    deliveriesMissing: gauge(
      'sentry_missing_deliveries',
      'Deliveries of the last 24 hours that a connected Sentry has sent by its own log, and that never arrived.',
    ),
    lastSweep: gauge('worker_last_sweep_timestamp_seconds', 'When a worker has last done all that was due.'),
    heartbeat: gauge(
      'heartbeat_last_success_timestamp_seconds',
      'When the heartbeat was last sent; 0 when it never was.',
    ),
    poolConnections: gauge(
      'database_pool_connections',
      'Connections of this process to the database: those for alerts, and the main ones for everything else.',
      ['pool'],
    ),
    poolIdle: gauge('database_pool_idle', 'Those of them that are not in use.', ['pool']),
    poolWaiting: gauge('database_pool_waiting', 'How many wait for a connection.', ['pool']),
    build: gauge('build_info', 'Always 1; its labels say what runs.', ['version', 'node']),
  }
}
