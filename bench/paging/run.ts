import { GATHER_SECONDS } from '../../server/src/notifications/window.ts'
import { checkLines, exitCodeOf } from '../stage/checks.ts'
import { circumstances } from '../stage/circumstances.ts'
import { say, writeResult } from '../stage/output.ts'
import { type Server, startServer } from '../stage/server.ts'
import { stopped } from '../stage/stop.ts'
import { measureAtRest } from './at-rest.ts'
import { measureCrowd } from './crowd.ts'
import { type MailServer, startMailServer } from './mail-server.ts'
import { hire } from './people.ts'
import { pagingReport } from './report.ts'

export type Plan = { samples: number; incidents: number; people: number }

/** Everything that a run has found: what `--json` writes, and what the tables are made from. */
export type PagingResult = Awaited<ReturnType<typeof play>>

const SECONDS_EACH = 0.25

/** Measures, checks, and reports. Answers the exit code: 1 when a page was lost, sent twice or to somebody else. */
export async function benchPaging({ json, ...plan }: Plan & { json?: string }): Promise<number> {
  const planned = plan.samples * SECONDS_EACH + 2 * GATHER_SECONDS
  const stopAsked = stopped(planned)
  await using parts = new AsyncDisposableStack()
  say(`This takes about ${Math.ceil(planned / 60)} minutes.`)
  const mails = await startMailServer(parts)
  const env = { SMTP_URL: mails.url, MAIL_FROM: 'OpsKnight <opsknight@example.com>' }
  const server = await startServer(parts, { env })
  const result = await Promise.race([stopAsked, play(server, mails, plan)])
  console.log([pagingReport(result), '', ...checkLines(result.checks)].join('\n'))
  writeResult(json, result)
  return exitCodeOf(result.checks)
}

async function play({ deps, port }: Server, mails: MailServer, plan: Plan) {
  const about = await circumstances(deps.db)
  const calm = await hire(deps, plan.samples, 'Calm')
  const busy = await hire(deps, plan.people, 'Busy')
  say('At rest …')
  const atRest = await measureAtRest(port, mails, calm)
  say('Everything at once …')
  const crowd = await measureCrowd({ port, db: deps.db }, mails, busy, plan.incidents)
  const checks = [...atRest.checks, ...crowd.checks]
  return { ...about, plan, atRest: atRest.figures, crowd: crowd.figures, checks }
}
