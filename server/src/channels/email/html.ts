import type { Severity } from '#contract/common.ts'

/** What a mail is made of; the plain and the HTML part say the same. */
export type Block =
  | { kind: 'text' | 'small'; text: string }
  | { kind: 'code'; code: string }
  | { kind: 'incident'; title: string; facts: string; since: string; url: string; severity: Severity }
  | { kind: 'button'; label: string; url: string; isMain: boolean }
  | { kind: 'link'; label: string; url: string }

const EDGE = {
  critical: '#c92a2a',
  error: '#e8590c',
  warning: '#f08c00',
  info: '#1971c2',
} as const satisfies Record<Severity, string>

/** Mail programs know neither style sheets nor scripts: every style stands where it is used. */
export function htmlOf(subject: string, blocks: Block[]): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:16px;background:#f1f3f5;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;color:#212529">
<div style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border-radius:8px;font-size:16px;line-height:1.5">
${blocks.map(blockHtml).join('\n')}
</div>
</body></html>
`
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p style="margin:0 0 16px">${escaped(block.text).replaceAll('\n', '<br>')}</p>`
    case 'small':
      return `<p style="margin:16px 0 0;font-size:13px;color:#5c636a">${escaped(block.text)}</p>`
    case 'code':
      return `<p style="margin:0 0 16px;font-size:32px;letter-spacing:4px;font-family:monospace">${escaped(block.code)}</p>`
    case 'incident':
      return `<div style="margin:0 0 16px;padding:8px 16px;border-left:4px solid ${EDGE[block.severity]}">
<a href="${escaped(block.url)}" style="color:#212529;font-weight:600">${escaped(block.title)}</a><br>
<span style="color:#5c636a;font-size:14px">${escaped(block.facts)}<br>${escaped(block.since)}</span></div>`
    case 'button':
      return `<a href="${escaped(block.url)}" style="display:inline-block;margin:0 8px 8px 0;padding:12px 24px;border-radius:6px;border:1px solid #1864ab;font-weight:600;text-decoration:none;${block.isMain ? 'background:#1864ab;color:#ffffff' : 'background:#ffffff;color:#1864ab'}">${escaped(block.label)}</a>`
    case 'link':
      return `<p style="margin:16px 0 0"><a href="${escaped(block.url)}" style="color:#1864ab">${escaped(block.label)}</a></p>`
  }
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
