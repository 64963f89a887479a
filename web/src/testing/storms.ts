import type { FoldedProblem, IncidentView } from '#contract/incidents.ts'
import { aWholeIncident } from './incidents.ts'

/** A problem that waits in a storm; say what matters about it. */
export const aFoldedProblem = (changes: Partial<FoldedProblem> = {}): FoldedProblem => ({
  key: 'sentry-1',
  title: 'TypeError: total is undefined',
  severity: 'error',
  source: 'Sentry - checkout-web',
  link: null,
  eventCount: 1,
  firstEventAt: '2026-11-03T04:00:00.000Z',
  lastEventAt: '2026-11-03T04:00:00.000Z',
  state: 'folded',
  incident: null,
  ...changes,
})

/** The incident about a storm in which so many problems wait. */
export const aStorm = (storm: Partial<NonNullable<IncidentView['storm']>> = {}): IncidentView =>
  aWholeIncident({
    title: 'Alert storm: more than 60 new problems in a minute from Sentry',
    description: 'Problems beyond the limit are folded into this incident.',
    details: { folded: { problems: 3, first: ['only for those who read the API'] } },
    storm: { listed: 3, waiting: 3, notListed: 0, ...storm },
  })
