import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../fuzz/random.ts'
import type { Member } from './house.ts'
import type { Ledger, Message, Story } from './ledger.ts'

/** Where alerts go: the same integration on every server. */
export type Target = { integrationId: string; serviceId: string; apiKey: string }

export type Sending = {
  /** Lets what is under way finish, and sends nothing more. */
  stop(): Promise<void>
  /** How often this server has said what became of an alert, instead of that it is queued. */
  direct(member: Member): number
}

type Options = { members: readonly Member[]; target: Target; ledger: Ledger; random: Random; senders: number }

/** Sentry gives up after five seconds; a sender with this much patience shows what takes longer. */
const GIVE_UP_AFTER_MS = 30_000
const PAUSE_MS = 100
/** As long as those of a real tool, roughly. */
const PADDING = 'x'.repeat(600)

/**
 * Sends as many stories at a time as there are senders, each on one server: triggers, repeats, resolutions. Every third
 * sender names its messages with an `Idempotency-Key` and sends them again until they are accepted, to any server.
 */
export function startSending({ members, target, ledger, random, senders }: Options): Sending {
  const direct = new Map<Member, number>()
  let stopping = false
  let made = 0

  async function tellStory(home: Member, isPersistent: boolean): Promise<void> {
    made += 1
    const story: Story = { key: `story-${made}`, isInOrder: true, messages: [] }
    ledger.stories.push(story)
    const length = Math.ceil(random.between(1, 8))
    while (story.messages.length < length && home.process && !stopping) {
      const message: Message = {
        marker: `${story.key}.${story.messages.length + 1}`,
        action: story.messages.length > 0 && random.chance(1 / 3) ? 'resolve' : 'trigger',
        outcome: 'unknown',
        sent: 0,
      }
      story.messages.push(message)
      if (!(await sendMessage(story, message, home, isPersistent))) return
    }
  }

  /** False when it is not known whether it was applied: then the story cannot go on. */
  async function sendMessage(story: Story, message: Message, home: Member, isPersistent: boolean) {
    for (;;) {
      const server = message.sent === 0 ? home : random.pick(members)
      if (server.process) {
        message.sent += 1
        if (server !== home) story.isInOrder = false
        if (await deliver(server, story, message, isPersistent)) return true
        if (!isPersistent) return false
      }
      if (stopping) return false
      await delay(PAUSE_MS)
    }
  }

  async function deliver(server: Member, story: Story, message: Message, isPersistent: boolean) {
    const answer = await post(server, `/api/integrations/sentry?integrationId=${target.integrationId}`, {
      headers: isPersistent ? { 'idempotency-key': message.marker } : {},
      body: bodyOf(story.key, message),
    })
    if (answer?.status !== 202) return false
    message.outcome = 'accepted'
    const { action } = JSON.parse(answer.text).result
    if (action === 'queued') ledger.queued += 1
    else direct.set(server, (direct.get(server) ?? 0) + 1)
    return true
  }

  /** Programs with an API key are not promised a journal: what is refused is not sent again. */
  async function tellOfPrograms(server: Member): Promise<void> {
    while (!stopping) {
      await delay(PAUSE_MS)
      if (!server.process) continue
      made += 1
      const event = { key: `program-${made}`, outcome: 'unknown' as const }
      ledger.programEvents.push(event)
      const payload = { summary: event.key, source: 'faults', severity: 'warning' }
      const answer = await post(server, '/api/events', {
        headers: { authorization: `Bearer ${target.apiKey}` },
        body: { event_action: 'trigger', dedup_key: event.key, service_id: target.serviceId, payload },
      })
      if (answer?.status === 202) Object.assign(event, { outcome: 'accepted' })
    }
  }

  async function post(
    { process, name }: Member,
    path: string,
    { headers, body }: { headers: Record<string, string>; body: object },
  ): Promise<{ status: number; text: string } | null> {
    const startedAt = performance.now()
    try {
      const answer = await fetch(`${process?.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(GIVE_UP_AFTER_MS),
      })
      const text = await answer.text()
      ledger.countAnswer(answer.status, performance.now() - startedAt)
      const isSoftRefusal = answer.status === 503 && answer.headers.has('retry-after')
      if (isSoftRefusal) ledger.countRefusal(JSON.parse(text).detail)
      else if (answer.status !== 202)
        ledger.wrongAnswers.push(`${name} answered ${answer.status}: ${text.slice(0, 300)}`)
      return { status: answer.status, text }
    } catch (error) {
      ledger.countAnswer(0, performance.now() - startedAt)
      if (error instanceof DOMException && error.name === 'TimeoutError')
        ledger.wrongAnswers.push(`${name} did not answer within ${GIVE_UP_AFTER_MS} ms`)
      return null
    }
  }

  const oneAfterTheOther = async (index: number): Promise<void> => {
    const home = members[index % members.length]!
    while (!stopping) {
      if (home.process) await tellStory(home, index % 3 === 0)
      else await delay(PAUSE_MS)
    }
  }

  const running = [
    ...Array.from({ length: senders }, (_, index) => oneAfterTheOther(index)),
    ...members.map(tellOfPrograms),
  ]
  return {
    async stop() {
      stopping = true
      await Promise.all(running)
    },
    direct: (member) => direct.get(member) ?? 0,
  }
}

const bodyOf = (key: string, { marker, action }: Message) => ({
  action: action === 'trigger' ? 'created' : 'resolved',
  issue: { id: key, title: marker, level: 'error', culprit: PADDING },
  project: { name: 'Shop', slug: 'shop' },
})
