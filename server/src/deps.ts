import type { Config } from './config.ts'
import type { Clock } from './platform/clock.ts'
import type { Db } from './platform/db.ts'
import type { Live } from './platform/live.ts'
import type { Log } from './platform/log.ts'
import type { Metrics } from './platform/metrics/index.ts'
import type { Pipeline } from './platform/pipeline.ts'
import type { SecretBox } from './platform/secrets.ts'

/** Everything a command may need from outside. Built once in main.ts, and by the test harness. */
export type Deps = {
  db: Db
  /** The same database for what people and their programs ask: over connections of its own, so that nothing else waits for them. */
  peopleDb: Db
  /** For alerts alone, beside `db`. */
  pipeline: Pipeline
  clock: Clock
  log: Log
  live: Live
  metrics: Metrics
  config: Config
  secrets: SecretBox
}
