import { Severity } from '#contract/common.ts'
import { id, line, list, object } from '../integrations/sentry/payload.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { getPresentService } from './services.ts'

/**
 * Somebody saves an alert rule in Sentry that opens incidents here. Sentry keeps the settings and sends them with each alert; what could not
 * be followed then is refused now. Answers what they are told.
 */
export async function acceptAlertRule(db: Db, fields: unknown): Promise<string> {
  const settings = valuesOf(fields)
  const service = await getPresentService(db, id(settings.get('service')) ?? null)
  const severity = severityOf(settings.get('severity'))
  const pages = pagesOf(settings.get('page'))
  return `Incidents open on ${service.name}${severity ? ` as ${severity}` : ''} and ${pages ? 'page whoever is on call' : 'page nobody'}.`
}

const valuesOf = (fields: unknown): Map<string, unknown> =>
  new Map(
    list(fields).flatMap((field) => {
      const { name, value } = object(field)
      return typeof name === 'string' ? [[name, value]] : []
    }),
  )

function severityOf(value: unknown): Severity | null {
  const name = line(value, 50)
  if (name === undefined) return null
  const severity = Severity.safeParse(name).data
  if (severity) return severity
  throw refused(`OpsKnight knows no severity "${name}". Choose one of ${Severity.options.join(', ')}.`)
}

function pagesOf(value: unknown): boolean {
  const answer = line(value, 50)
  if (answer === 'yes' || answer === 'no') return answer === 'yes'
  throw refused('Choose whether OpsKnight pages whoever is on call.')
}

const refused = (message: string) => new AppError('invalid_request', message)
