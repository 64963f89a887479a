import { fileURLToPath } from 'node:url'
import { Problem } from '../../contract/src/common.ts'
import { UiMessage } from '../../contract/src/sentry-ui.ts'
import { type Answer, type Request, wireOf } from './http.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const LEAKS: readonly (readonly [string, RegExp])[] = [
  ['a stack trace', /\n\s*at .{1,200}:\d+:\d+|\bat \w+ \(?(file|node):/],
  ['a file of the server', /node_modules\/|\/server\/src\/|file:\/\/\//],
  ['SQL', /\b(select|insert into|update|delete from) ["\w*][\s\S]{0,300}\b(from|values|set|where)\b ["\w(]/i],
  [
    'words of PostgreSQL',
    /invalid input syntax|violates (unique|foreign|check|not-null)|syntax error at or near|relation "\w+"/,
  ],
  ['a password hash', /\$scrypt\$|\b[0-9a-f]{32}:[0-9a-f]{128}\b/],
]

/** What is wrong with an answer; null when nothing is. `secrets` are in none, `addresses` only in some. */
export function faultOf(
  request: Request,
  answer: Answer,
  { secrets, addresses }: { secrets: readonly string[]; addresses: readonly string[] },
): string | null {
  const { status, headers, text } = answer
  if (!(status >= 200 && status <= 599)) return `an answer with the status ${status}`
  if (status >= 500) return `answered ${status}`
  if (status >= 400 && request.method !== 'HEAD' && !isFormMessage(request, answer)) {
    const fault = problemFault(answer)
    if (fault) return fault
  }
  if (status < 300 && headers.get('content-type')?.includes('json') && text !== '' && !isJson(text)) {
    return 'JSON that is none'
  }
  return leakIn(request, answer, secrets, addresses)
}

/** Errors of Sentry's forms are in the form that Sentry shows. */
const isFormMessage = ({ target }: Request, { text }: Answer) =>
  target.startsWith('/api/integrations/sentry/ui/') &&
  UiMessage.safeParse(isJson(text) ? JSON.parse(text) : null).success

function problemFault({ status, headers, text }: Answer): string | null {
  if (!headers.get('content-type')?.startsWith('application/problem+json'))
    return `a ${status} that is no problem document`
  const { data, error } = Problem.safeParse(isJson(text) ? JSON.parse(text) : null)
  if (error) return `a ${status} whose problem document is not one: ${error.issues[0]?.message}`
  return data.status === status ? null : `a ${status} whose problem document says ${data.status}`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function leakIn(
  request: Request,
  { status, headers, text }: Answer,
  secrets: readonly string[],
  addresses: readonly string[],
): string | null {
  // The description of the API and its pages are the same for everybody.
  if (/^\/api\/(docs|openapi)/.test(request.target)) return null
  const shown = `${[...headers].flat().join('\n')}\n${text}`
  // What is no error may tell what was delivered, and that holds everything.
  const inside = status >= 400 ? LEAKS.find(([, pattern]) => pattern.test(unescaped(shown))) : null
  if (inside) return `an answer with ${inside[0]}`
  if (shown.includes(ROOT)) return 'an answer with the folder of the server'
  const told = [...secrets, ...addresses].filter((one) => shown.includes(one))
  if (told.length === 0) return null
  // What somebody has said themselves they may hear.
  const said = wireOf(request).toString('utf8')
  const leaked = told.find((one) => !said.includes(one))
  if (!leaked) return null
  return secrets.includes(leaked) ? 'an answer with a secret' : 'an answer with the address of an integration'
}

/** Text in JSON as it was before. */
const unescaped = (json: string) => json.replaceAll('\\n', '\n').replaceAll('\\"', '"')

/** The request as a command that sends it again. */
export function curlOf(
  { method, target, headers, body, chunks }: Request,
  port: number,
  bodyFile: string,
): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  const parts = [
    'curl -isS --path-as-is',
    `-X ${method}`,
    ...headers.map(([name, value]) => `-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`),
  ]
  if (chunks !== null) parts.push("-H 'Transfer-Encoding: chunked'")
  if (body !== null) parts.push(`--data-binary @${bodyFile}`)
  return [...parts, quoted(`http://127.0.0.1:${port}${target}`)].join(' ')
}
