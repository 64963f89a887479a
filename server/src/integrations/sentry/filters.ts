import type { SentrySettings } from '#contract/integrations.ts'
import type { Facts } from './facts.ts'
import { isBelow } from './severity.ts'

/**
 * Why the settings of the integration keep a trigger out; null when they let it pass. What a message does not say cannot keep it
 * out: a filter that guesses would swallow alerts.
 */
export function filteredBy(
  facts: Facts,
  settings: SentrySettings,
  ofProjects: readonly string[] = namesOf(facts.project),
): string | null {
  const { projects, environments, minimumLevel } = settings
  if (isOutside(ofProjects, projects))
    return `The filter "projects" of this integration leaves out ${ofProjects[0]}: it lists ${inWords(projects)}`
  if (facts.environment && isOutside([facts.environment], environments))
    return `The filter "environments" of this integration leaves out ${facts.environment}: it lists ${inWords(environments)}`
  if (minimumLevel && isBelow(facts.level, minimumLevel))
    return `The filter "minimumLevel" of this integration leaves out ${facts.level}: it starts at ${minimumLevel}`
  return null
}

const namesOf = ({ slug, name, id }: Facts['project']) =>
  [slug, name, id].filter((value) => value !== undefined)

const isOutside = (values: readonly string[], allowed: readonly string[]) =>
  allowed.length > 0 &&
  values.length > 0 &&
  !values.some((value) => allowed.some((other) => isSame(value, other)))

const isSame = (one: string, other: string) => comparable(one) === comparable(other)

// Alerts carry the slug and no name, people write either: "Web Shop" is `web-shop`.
const comparable = (value: string) =>
  value
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '') || value.trim()

function inWords(values: readonly string[]): string {
  const more = values.length - 5
  return values.slice(0, 5).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
