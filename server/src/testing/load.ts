import type { HttpClient } from './http-client.ts'

export type Load = {
  /** Titles of what was answered 202. */
  accepted: Set<string>
  /** Titles of what was last answered otherwise, or not at all. */
  unanswered: Set<string>
  /** Every status other than 202 that was answered, and how often. */
  refusals: Map<number, number>
  /** Lets what is under way finish, and sends nothing more. Without it the load ends when the server is gone. */
  stop(): Promise<void>
}

/** Delivers alerts, each about a problem of its own and with a key of its own, on so many connections. What is refused is sent again. */
export function startLoad(webhookUrl: string, connections: number): Load {
  const [accepted, unanswered, refusals] = [new Set<string>(), new Set<string>(), new Map<number, number>()]
  let stopping = false
  let sent = 0

  async function oneAfterTheOther(): Promise<void> {
    while (!stopping) {
      sent += 1
      const title = `Problem ${sent}`
      unanswered.add(title)
      let status = await deliver(webhookUrl, title)
      while (status !== null && status !== 202 && !stopping) {
        refusals.set(status, (refusals.get(status) ?? 0) + 1)
        status = await deliver(webhookUrl, title)
      }
      if (status === null) return
      if (status !== 202) continue
      unanswered.delete(title)
      accepted.add(title)
    }
  }
  const running = Array.from({ length: connections }, oneAfterTheOther)
  return {
    accepted,
    unanswered,
    refusals,
    async stop() {
      stopping = true
      await Promise.all(running)
    },
  }
}

/** The status of the answer; null when there was none. Sending the same title again repeats the same message. */
export async function deliver(webhookUrl: string, title: string): Promise<number | null> {
  const issue = { id: title, title, level: 'error', status: 'unresolved', culprit: 'checkout.py' }
  try {
    const answer = await fetch(webhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': title },
      body: JSON.stringify({ action: 'created', issue, project: { name: 'Shop', slug: 'shop' } }),
    })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return null
  }
}

/** How many events each problem's incidents on a service have counted, by title. */
export async function readEventCounts(reader: HttpClient, serviceId: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Awaited<ReturnType<HttpClient['get']>> = await reader.get(
      `/api/v1/incidents?serviceId=${serviceId}&limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    )
    if (page.status !== 200) throw new Error(`Answered ${page.status}: ${JSON.stringify(page.body)}`)
    for (const { title, eventCount } of page.body.items)
      counts.set(title, (counts.get(title) ?? 0) + eventCount)
    cursor = page.body.nextCursor
  }
  return counts
}
