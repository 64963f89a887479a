import { mkdtempSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ask } from '../stage/children.ts'
import { temporaryParent } from '../stage/folder.ts'
import { type Server, startServer } from '../stage/server.ts'
import { apiRequest, type Operation, operationsOf, otherRequest } from './api.ts'
import { formRequest } from './forms.ts'
import type { HeapAnswer } from './heap.ts'
import { type Answer, type Request, Sender } from './http.ts'
import { curlOf, faultOf } from './judge.ts'
import { Random } from './random.ts'
import { webhookRequest } from './webhooks.ts'
import { createWorld, type World } from './world.ts'

export type Plan = { requests: number; seed: number; connections: number; seconds: number }

export type Fault = { what: string; index: number; request: Request; answer: Answer | null; curl: string }

export type Report = {
  sent: number
  rate: number
  statuses: Map<number, number>
  /** How many operations of the API were called. */
  operations: { called: number; known: number }
  faults: Fault[]
  heap: { warm: HeapAnswer; after: HeapAnswer }
}

/** After so many requests what was deleted is made anew. */
const BATCH = 200
const SAY_EVERY = 10_000
const WARM_UP_SHARE = 0.2
const FAULTS_MAX = 20

/** Sends mutated requests to a real server, and holds every answer against the rules of `judge.ts`. */
export async function fuzz(plan: Plan, say: (line: string) => void): Promise<Report> {
  await using parts = new AsyncDisposableStack()
  const server = await startServer(parts, {
    node: ['--expose-gc', '--import', fileURLToPath(new URL('./heap.ts', import.meta.url))],
    // Senders seem to come from many addresses, so that the limits for one of them do not answer everything.
    env: { TRUST_PROXY: 'loopback', LOG_LEVEL: 'error' },
  })
  const world = await createWorld(server.deps)
  const operations = operationsOf(await readJson(server, '/api/openapi.json'))
  const run = new Run(plan, server, world, operations)
  const heapOf = () => ask<HeapAnswer>(server.process, 'heap' as unknown as object)

  const startedAt = performance.now()
  const elapsed = () => (performance.now() - startedAt) / 1_000
  const warmUp = Math.ceil(plan.requests * WARM_UP_SHARE)
  let warm: HeapAnswer | null = null
  while (run.sent < plan.requests && run.faults.length < FAULTS_MAX && elapsed() < plan.seconds) {
    await run.batch(Math.min(BATCH, plan.requests - run.sent))
    if (!warm && run.sent >= warmUp) warm = await heapOf()
    if (run.sent % SAY_EVERY === 0) say(`${run.sent} requests, ${Math.round(run.sent / elapsed())}/s`)
  }
  const rate = run.sent / elapsed()
  run.close()
  const after = await heapOf()
  const { sent, statuses, faults, called } = run
  return {
    ...{ sent, rate, statuses, faults },
    operations: { called: called.size, known: operations.length },
    heap: { warm: warm ?? after, after },
  }
}

class Run {
  readonly statuses = new Map<number, number>()
  readonly called = new Set<string>()
  readonly faults: Fault[] = []
  sent = 0
  readonly #plan: Plan
  readonly #server: Server
  readonly #world: World
  readonly #operations: readonly Operation[]
  readonly #senders: Sender[]
  #secrets: string[] = []

  constructor(plan: Plan, server: Server, world: World, operations: readonly Operation[]) {
    this.#plan = plan
    this.#server = server
    this.#world = world
    this.#operations = operations
    this.#senders = Array.from({ length: plan.connections }, () => new Sender(server.port))
  }

  /** So many requests, several at a time. */
  async batch(requests: number): Promise<void> {
    await this.#world.repair()
    this.#secrets = await this.#world.secrets()
    const end = this.sent + requests
    await Promise.all(
      this.#senders.map(async (sender) => {
        while (this.sent < end) {
          const index = this.sent
          this.sent += 1
          await this.#one(sender, index)
        }
      }),
    )
  }

  async #one(sender: Sender, index: number): Promise<void> {
    const random = new Random(this.#plan.seed, index)
    const request = this.#request(random)
    try {
      const answer = await sender.send(request)
      this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1)
      this.called.add(request.route)
      this.#world.learn(request, answer, random)
      const what = faultOf(request, answer, this.#forbiddenFor(request))
      if (what) this.#note(what, index, request, answer)
    } catch (error) {
      this.#note(error instanceof Error ? error.message : String(error), index, request, null)
    }
  }

  #request(random: Random): Request {
    const choice = random.next()
    if (choice < 0.4) return webhookRequest(this.#world, random)
    if (choice < 0.45) return formRequest(this.#world, random)
    if (choice < 0.98) return apiRequest(this.#operations, this.#world, random)
    return otherRequest(random)
  }

  #forbiddenFor(request: Request) {
    const { callers, integrations } = this.#world
    const may = callers.find(({ name }) => name === request.caller)?.mayReadAddresses
    return { secrets: this.#secrets, addresses: may ? [] : integrations.map(({ address }) => address) }
  }

  #note(what: string, index: number, request: Request, answer: Answer | null): void {
    const isKnown = this.faults.some((fault) => fault.what === what && fault.request.route === request.route)
    if (isKnown || this.faults.length >= FAULTS_MAX) return
    const file = path.join(mkdtempSync(path.join(temporaryParent(), 'opsknight-fuzz-')), 'body')
    if (request.body) writeFileSync(file, request.body)
    this.faults.push({ what, index, request, answer, curl: curlOf(request, this.#server.port, file) })
  }

  close(): void {
    for (const sender of this.#senders) sender.close()
  }
}

async function readJson(server: Server, target: string) {
  const answer = await fetch(`http://127.0.0.1:${server.port}${target}`)
  return (await answer.json()) as Parameters<typeof operationsOf>[0]
}
