import { writeSync } from 'node:fs'
import type { KyselyPlugin } from 'kysely'
import { runDueEscalations } from '../../server/src/escalations/engine.ts'
import { sendDuePages } from '../../server/src/notifications/send-due.ts'
import { GATHER_SECONDS } from '../../server/src/notifications/window.ts'
import { addSeconds } from '../../server/src/platform/clock.ts'
import { openRuntime } from '../../server/src/runtime.ts'
import { phaseAfter } from './phases.ts'

// A worker that pages whoever is due, at once and after the 30 seconds in which pages are gathered, and that dies by SIGKILL at
// the point whose number it is given: before a statement is sent to the database, or after it was answered.

const { KILL_AT = '', NOW = '' } = process.env
const killAt = KILL_AT === '' ? Number.POSITIVE_INFINITY : Number(KILL_AT)
let phase = 'nothing done yet'
let passed = 0

function pass(): void {
  passed += 1
  if (passed !== killAt) return
  // Synchronous, as nothing that waits would be done any more.
  writeSync(1, `${JSON.stringify({ phase })}\n`)
  process.kill(process.pid, 'SIGKILL')
}

const statements = new WeakMap<object, string>()
const dying: KyselyPlugin = {
  transformQuery({ node, queryId }) {
    pass()
    statements.set(queryId, JSON.stringify(node))
    return node
  },
  async transformResult({ result, queryId }) {
    phase = phaseAfter(statements.get(queryId) ?? '', phase)
    pass()
    return result
  },
}

const { deps, close } = await openRuntime(process.env, { owner: 'command', data: 'as-is' })
let now = new Date(NOW)
const mortal = { ...deps, db: deps.db.withPlugin(dying), clock: { now: () => now } }
for (const seconds of [0, GATHER_SECONDS]) {
  now = addSeconds(now, seconds)
  while (await runDueEscalations(mortal, now));
  await sendDuePages(mortal, now)
}
writeSync(1, `${JSON.stringify({ passed })}\n`)
await close()
