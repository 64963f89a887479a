/** A delivery in the log of the test's own Sentry. */
export type LoggedRequest = { eventType: string; date: string; responseCode: number; webhookUrl: string }

type Answer = { status?: number; headers?: Record<string, string>; body: object }

/** `GET …/issues/?group=1&group=2`: those issues in any state, page by page with `Link` when there are more than fit on one. */
export function listAnswer<Issue extends { id: string }>(
  issues: ReadonlyMap<string, Issue>,
  { url, pageSize, show }: { url: string; pageSize: number; show: (issue: Issue) => object },
): Answer {
  const query = new URL(url, 'http://sentry.test').searchParams
  const ids = [...new Set(query.getAll('group'))]
  if (ids.some((id) => !/^\d+$/.test(id)))
    return { status: 400, body: { detail: 'Group ids must be integers' } }
  const found = ids.flatMap((id) => issues.get(id) ?? [])
  const offset = Number(/^0:(\d+):0$/.exec(query.get('cursor') ?? '')?.[1] ?? 0)
  const next = offset + pageSize
  const link = (rel: string, to: number, results: boolean) =>
    `<http://sentry.test/?cursor=0:${to}:0>; rel="${rel}"; results="${results}"; cursor="0:${to}:0"`
  return {
    headers: {
      link: [
        link('previous', Math.max(0, offset - pageSize), offset > 0),
        link('next', next, next < found.length),
      ].join(', '),
    },
    body: found.slice(offset, next).map(show),
  }
}

const LOG_MAX = 100

/** `GET …/webhook-requests/`: the newest hundred, or the newest hundred that have failed. */
export function logAnswer(requests: readonly LoggedRequest[], url: string): Answer {
  const errorsOnly = /^(1|true)$/i.test(
    new URL(url, 'http://sentry.test').searchParams.get('errorsOnly') ?? '',
  )
  const hasFailed = ({ responseCode }: LoggedRequest) => responseCode === 0 || responseCode >= 400
  const newest = requests
    .filter((request) => !errorsOnly || hasFailed(request))
    .toSorted((a, b) => b.date.localeCompare(a.date))
  return {
    body: newest.slice(0, LOG_MAX).map((request) => ({ ...request, sentryAppSlug: 'opsknight-1a2b3c' })),
  }
}

/** As Python writes a time: `2026-03-01 09:00:00.000000+00:00`. */
export const pythonDate = (at: Date) => `${at.toISOString().replace('T', ' ').replace('Z', '')}000+00:00`
