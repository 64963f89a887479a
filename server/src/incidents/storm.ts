import { type JsonObject, Severity } from '#contract/common.ts'
import type { IncidentEvent } from './model.ts'

/** As many problems of a storm are listed one by one; whoever has to act on more acts on what they have in common. */
export const LISTED_MAX = 1_000
/** What the incident itself shows of the list. */
export const FIRST_TITLES = 10

const STORM_KEY = 'opsknight-storm-'
export const stormKey = (integrationRef: string): string => STORM_KEY + integrationRef
export const isStormKey = (key: string): boolean => key.startsWith(STORM_KEY)

/** What is true of a storm while its incident is active. */
export type Storm = {
  incidentId: string
  /** Problems in the list, and alerts about others that are only counted. */
  listed: number
  notListed: number
  /** Of the listed ones. */
  severities: Partial<Record<Severity, number>>
  firstTitles: string[]
  lastFoldedAt: Date
}

/** A problem that has no incident of its own, as it came in a storm. `opened`: by now it has one. */
export type FoldedProblem = {
  stormId: string
  serviceId: string
  dedupKey: string
  /** Everything it goes by while it waits, its key first. */
  names: string[]
  state: 'folded' | 'resolved' | 'opened'
  title: string
  severity: Severity
  source: string | null
  link: string | null
  /** What else it takes to open it; null when that was not read and stays as it is stored. */
  event: FoldedEvent | null
  eventCount: number
  firstEventAt: Date
  lastEventAt: Date
  incidentId: string | null
}

export type FoldedEvent = Pick<IncidentEvent, 'description' | 'severityFollows' | 'details' | 'isQuiet'>

export const emptyStorm = (incidentId: string, at: Date): Storm => ({
  incidentId,
  listed: 0,
  notListed: 0,
  severities: {},
  firstTitles: [],
  lastFoldedAt: at,
})

type Folding = { storm: Storm; problem: FoldedProblem | null }

/** Takes one more alert into a storm: as a problem of the list, or as one that is only counted. Pure. */
export function foldInto(
  before: Storm,
  known: FoldedProblem | null,
  { event, names, serviceId, at }: { event: IncidentEvent; names: string[]; serviceId: string; at: Date },
): Folding {
  const storm = { ...before, lastFoldedAt: later(before.lastFoldedAt, at) }
  if (known) return foldAgain(storm, known, event, names, at)
  if (storm.listed >= LISTED_MAX)
    return { storm: { ...storm, notListed: storm.notListed + 1 }, problem: null }
  const { dedupKey, title, severity, source, link } = event
  const problem: FoldedProblem = {
    ...{ stormId: storm.incidentId, serviceId, dedupKey, names, state: 'folded' },
    ...{ title, severity, source, link, event: eventToKeep(event) },
    ...{ eventCount: 1, firstEventAt: at, lastEventAt: at, incidentId: null },
  }
  return {
    storm: {
      ...storm,
      listed: storm.listed + 1,
      severities: moved(storm.severities, null, severity),
      firstTitles:
        storm.firstTitles.length < FIRST_TITLES ? [...storm.firstTitles, title] : storm.firstTitles,
    },
    problem,
  }
}

/** It is broken again, if it had been reported as resolved or had an incident meanwhile. */
function foldAgain(
  storm: Storm,
  known: FoldedProblem,
  event: IncidentEvent,
  names: string[],
  at: Date,
): Folding {
  const severity = graver(known.severity, event.severity)
  return {
    storm: { ...storm, severities: moved(storm.severities, known.severity, severity) },
    problem: {
      ...known,
      ...{ state: 'folded', incidentId: null, severity, event: eventToKeep(event) },
      names: [...new Set([...known.names, ...names])],
      link: event.link ?? known.link,
      eventCount: known.eventCount + 1,
      lastEventAt: later(known.lastEventAt, at),
    },
  }
}

/** What the incident says of its storm, for everybody who reads or is told only the incident. */
export const factsOf = ({ listed, notListed, severities, firstTitles }: Storm): JsonObject => ({
  folded: {
    problems: listed,
    ...(notListed > 0 ? { furtherAlerts: notListed } : {}),
    severities,
    first: firstTitles,
  },
})

const eventToKeep = ({ description, severityFollows, details, isQuiet }: IncidentEvent): FoldedEvent => ({
  ...(description === undefined ? {} : { description }),
  severityFollows,
  details,
  ...(isQuiet ? { isQuiet } : {}),
})

function moved(counts: Storm['severities'], from: Severity | null, to: Severity): Storm['severities'] {
  if (from === to) return counts
  const after: Storm['severities'] = { ...counts, [to]: (counts[to] ?? 0) + 1 }
  if (from) after[from] = (counts[from] ?? 1) - 1
  if (from && after[from] === 0) delete after[from]
  return after
}

const graver = (a: Severity, b: Severity): Severity =>
  Severity.options.indexOf(a) <= Severity.options.indexOf(b) ? a : b

const later = (a: Date, b: Date): Date => (a > b ? a : b)
