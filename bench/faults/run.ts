import { setTimeout as delay } from 'node:timers/promises'
import { addIntegration } from '../../server/src/testing/http-client.ts'
import { Random } from '../fuzz/random.ts'
import { differences, lookInto } from './check.ts'
import { type Fault, type Harm, shuffled } from './faults.ts'
import { administrator, type House, type HouseKind, openHouse, running } from './house.ts'
import { Ledger } from './ledger.ts'
import { type Sending, startSending, type Target } from './senders.ts'

export type Plan = {
  seed: number
  rounds: number
  /** How long a fault lasts at most, roughly. */
  seconds: number
  /** Which; each comes before any comes twice. */
  faults: readonly Fault[]
  senders: number
}

/** What one round has done and found. */
export type Round = Harm & {
  fault: string
  ledger: Ledger
  /** From the end of the fault until every server said again what became of an alert, under load. */
  recoveredMs: number | null
  differences: string[]
}

export type Report = { rounds: Round[]; diskWay: string }

const RECOVER_WITHIN_MS = 60_000
const FIRST_ACCEPTED = 100
/** So many differences of a round are told in words. */
const SHOWN = 20

/** Each kind of house is opened when it is needed first, and goes on from fault to fault. */
export class Houses implements AsyncDisposable {
  readonly #open = new Map<HouseKind, Promise<House>>()

  get(kind: HouseKind): Promise<House> {
    const house = this.#open.get(kind) ?? openHouse(kind)
    this.#open.set(kind, house)
    return house
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const house of this.#open.values()) await (await house).close()
  }
}

/** The faults in turn, in an order that the seed decides. */
export async function runFaults(plan: Plan, houses: Houses, say: (line: string) => void): Promise<Report> {
  const rounds: Round[] = []
  let diskWay = ''
  for (const fault of inTurn(plan)) {
    const house = await houses.get(fault.house)
    diskWay = house.disk.way
    const round = await runRound(house, fault, plan, rounds.length + 1)
    rounds.push(round)
    say(lineOf(round, rounds.length, plan.rounds))
    for (const [why, times] of round.ledger.refusals) say(`    ${times} × 503: ${why}`)
    for (const difference of round.differences.slice(0, SHOWN)) say(`    ${difference}`)
  }
  return { rounds, diskWay }
}

function inTurn({ seed, rounds, faults }: Plan): Fault[] {
  const random = new Random(seed)
  const order: Fault[] = []
  while (order.length < rounds) order.push(...shuffled(random, faults))
  return order.slice(0, rounds)
}

async function runRound(house: House, fault: Fault, plan: Plan, number: number): Promise<Round> {
  // What the senders draw depends on how fast they are answered; what befalls the house does not.
  const random = new Random(plan.seed, 2 * number)
  const target = await newTarget(house)
  const ledger = new Ledger()
  const { members } = house
  const sending = startSending({
    ...{ members, target, ledger, senders: plan.senders },
    random: new Random(plan.seed, 2 * number + 1),
  })
  const accepted = () => ledger.answers.get(202) ?? 0
  if (!(await within(RECOVER_WITHIN_MS, () => accepted() >= FIRST_ACCEPTED)))
    throw new Error(
      `Only ${accepted()} alerts were accepted before the fault:\n${house.output().slice(-5_000)}`,
    )
  await delay(random.between(0, 500))

  const harm = await fault.befall(house, { random, seconds: plan.seconds })
  const recoveredMs = await recovered(house, sending)
  await sending.stop()
  const isSettled = await settled(house)
  const found = await lookInto(house.databaseUrl(), target.serviceId)
  return {
    ...harm,
    fault: fault.name,
    ledger,
    recoveredMs,
    differences: [
      ...(recoveredMs === null ? ['Under load not every server came back to its database'] : []),
      ...(isSettled ? [] : ['The journals did not run empty']),
      ...differences(ledger, found),
    ],
  }
}

async function newTarget(house: House): Promise<Target> {
  const admin = await administrator(house)
  const { id, serviceId } = await addIntegration(admin)
  const { status, body } = await admin.post('/api/v1/api-keys', { name: 'faults', scopes: ['events'] })
  if (status !== 201) throw new Error(`No API key: ${status} ${JSON.stringify(body)}`)
  return { integrationId: id, serviceId, apiKey: body.key }
}

/** Until every server says what becomes of alerts again; how long it took, or null when it took too long. */
async function recovered({ members }: House, sending: Sending): Promise<number | null> {
  const startedAt = performance.now()
  const before = members.map((member) => sending.direct(member))
  const isBack = await within(RECOVER_WITHIN_MS, () =>
    members.every((member, index) => sending.direct(member) >= before[index]! + FIRST_ACCEPTED),
  )
  return isBack ? performance.now() - startedAt : null
}

/** Whether every server takes what arrives by its database again, with nothing waiting on its disk. */
const settled = ({ members }: House) =>
  within(RECOVER_WITHIN_MS, async () => {
    const ready = await Promise.all(running(members).map(({ url }) => readiness(url)))
    return ready.every((way) => way === 'database')
  })

async function readiness(url: string): Promise<unknown> {
  try {
    return ((await (await fetch(`${url}/readyz`)).json()) as { via?: string }).via
  } catch {
    return null
  }
}

async function within(milliseconds: number, isSo: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + milliseconds
  while (!(await isSo())) {
    if (performance.now() > deadline) return false
    await delay(50)
  }
  return true
}

function lineOf({ fault, ledger, differences, recoveredMs }: Round, number: number, of: number): string {
  const verdict = differences.length === 0 ? 'ok' : `${differences.length} DIFFERENCES`
  const back = recoveredMs === null ? 'not back' : `back in ${(recoveredMs / 1_000).toFixed(1)} s`
  return `${number}/${of} ${fault}: ${ledger.answers.get(202) ?? 0} accepted, ${back}, ${verdict}`
}
