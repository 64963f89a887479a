import type { ReplyAction } from '#contract/replies.ts'
import type { PageAnswer, PagedMessage } from './act.ts'
import type { PagedIncident } from './store.ts'
import { sentencesOf, stateOf } from './words.ts'

/** What whoever opens the link of a message sees: one question, one button. Without scripts, so that it works in every mail program's browser. */
export function askingPage(message: PagedMessage, token: string, action: ReplyAction): string {
  const { incidents, user } = message
  const title = titleOf(incidents)
  if (incidents.length === 0)
    return page(
      title,
      `<p>This was a test page for ${escaped(user.name)}.</p>${button(token, action, 'It arrived')}`,
    )
  const isSingle = incidents.length === 1
  return page(
    title,
    `${incidents.map((incident) => incidentHtml(incident, user.id, isSingle)).join('')}
${questionHtml(incidents, token, action)}
<p class="more">You answer as ${escaped(user.name)}.</p>`,
  )
}

/** Nothing is asked that would change nothing. */
function questionHtml(incidents: PagedIncident[], token: string, action: ReplyAction): string {
  const count = incidents.length
  const other = action === 'acknowledge' ? 'resolve' : 'acknowledge'
  return [
    isWorth(action, incidents) ? button(token, action, labelOf(action, count)) : '',
    isWorth(other, incidents)
      ? `<p class="more"><a href="?action=${other}">${labelOf(other, count)} instead</a></p>`
      : '',
  ].join('\n')
}

const isWorth = (action: ReplyAction, incidents: PagedIncident[]): boolean =>
  incidents.some(({ status }) => status !== 'resolved' && (action === 'resolve' || status !== 'acknowledged'))

/** What came of it. */
export function answeredPage(answer: PageAnswer, token: string, action: ReplyAction): string {
  const { incidents } = answer
  const canResolve = action === 'acknowledge' && incidents.some(({ status }) => status === 'acknowledged')
  const next = canResolve ? `<p class="more"><a href="/reply/${token}?action=resolve">Resolve it</a></p>` : ''
  const links = incidents
    .map(({ number }) => `<a href="/incidents/${number}">Open #${number}</a>`)
    .join(' · ')
  return page(
    titleOf(incidents),
    `<p class="said" role="status">${escaped(sentencesOf(answer))}</p>${next}<p class="more">${links}</p>`,
  )
}

/** Why a link answers nothing. */
export const refusedPage = (reason: string): string =>
  page(
    'This did not work',
    `<p class="said" role="alert">${escaped(reason)}</p><p class="more"><a href="/">Open OpsKnight</a></p>`,
  )

function titleOf(incidents: PagedIncident[]): string {
  const [only] = incidents
  if (!only) return 'Test page'
  return incidents.length === 1 ? `#${only.number} ${only.title}` : `${incidents.length} incidents`
}

const labels = { acknowledge: 'Acknowledge', resolve: 'Resolve' } as const
const labelOf = (action: ReplyAction, count: number) => `${labels[action]}${count > 1 ? ` all ${count}` : ''}`

/** Of a single one the title is above already. */
const incidentHtml = (incident: PagedIncident, userId: string, isSingle: boolean) =>
  `<section class="${incident.severity}">${isSingle ? '' : `<strong>#${incident.number} ${escaped(incident.title)}</strong><br>`}
<span>${escaped(incident.severity)} · ${escaped(incident.serviceName)}<br>${escaped(stateOf(incident, userId))}</span></section>`

const button = (token: string, action: ReplyAction, label: string) =>
  `<form method="post" action="/reply/${token}"><input type="hidden" name="action" value="${action}"><button>${escaped(label)}</button></form>`

const page = (title: string, body: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${escaped(title)} · OpsKnight</title><style>${STYLE}</style></head>
<body><main><h1>${escaped(title)}</h1>
${body}
</main></body></html>
`

const STYLE = `:root{color-scheme:light dark;--ink:#212529;--dim:#5c636a;--ground:#f1f3f5;--card:#fff;--accent:#1864ab}
@media(prefers-color-scheme:dark){:root{--ink:#e9ecef;--dim:#adb5bd;--ground:#141517;--card:#25262b;--accent:#74c0fc}}
body{margin:0;padding:16px;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}
main{max-width:480px;margin:5vh auto;padding:24px;background:var(--card);border-radius:8px}
h1{margin:0 0 16px;font-size:20px;overflow-wrap:anywhere}
section{margin:0 0 16px;padding:4px 12px;border-left:4px solid #1971c2;overflow-wrap:anywhere}
section.critical{border-color:#c92a2a}section.error{border-color:#e8590c}section.warning{border-color:#f08c00}
span,.more{color:var(--dim);font-size:14px}.said{font-size:18px}a{color:var(--accent)}
button{width:100%;padding:16px;border:0;border-radius:6px;background:#1864ab;color:#fff;font:600 18px system-ui,sans-serif;cursor:pointer}
button:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:3px}`

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
