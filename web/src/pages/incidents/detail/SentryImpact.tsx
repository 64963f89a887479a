import type { IncidentSummary } from '#contract/incidents.ts'
import type { SentryDetails } from '#contract/sentry.ts'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import styles from './AlertFacts.module.css'
import { capitalized, stateWords } from './sentry-state.ts'

type Facts = { facts: SentryDetails; incident: IncidentSummary }
type Number = readonly [name: string, value: React.ReactNode]

const count = new Intl.NumberFormat('en')

/** How many, since when, and how the issue stands in Sentry. */
export const SentryImpact = ({ facts, incident }: Facts) => (
  <div>
    <div className={styles.impact}>
      <Row numbers={sizeOf({ facts, incident })} />
      <Row numbers={standOf(facts)} />
    </div>
    {isTime(facts.askedAt) && (
      <p className={styles.asked}>
        As Sentry had it <TimeAgo at={newest(facts.askedAt, facts.lastSeen)} />
      </p>
    )}
  </div>
)

function Row({ numbers }: { numbers: Number[] }) {
  const known = numbers.filter(([, value]) => value !== null && value !== undefined)
  if (known.length === 0) return null
  return (
    <dl className={styles.numbers}>
      {known.map(([name, value]) => (
        <div key={name} className={styles.number}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Sentry's own numbers, or those of the alerts where Sentry sends none. */
function sizeOf({ facts: { count: events, userCount, firstSeen, lastSeen }, incident }: Facts): Number[] {
  return [
    events === undefined ? ['Alerts', count.format(incident.eventCount)] : ['Events', count.format(events)],
    ['Users affected', userCount === undefined ? null : count.format(userCount)],
    isTime(firstSeen)
      ? ['First seen', <TimeAgo key="first" at={firstSeen} />]
      : ['First alert', <TimeAgo key="first" at={incident.firstEventAt} />],
    isTime(lastSeen)
      ? ['Last seen', <TimeAgo key="last" at={lastSeen} />]
      : ['Last alert', <TimeAgo key="last" at={incident.lastEventAt} />],
  ]
}

/** Nobody is said to have it only where Sentry was asked: an alert does not say. */
function standOf(facts: SentryDetails): Number[] {
  const { priority, assignedTo, askedAt } = facts
  return [
    ['In Sentry', stateWords(facts)],
    ['Priority', priority && capitalized(priority)],
    ['Assigned in Sentry', assignedTo ?? (askedAt && <span className={styles.nobody}>Nobody</span>)],
  ]
}

/** Sentry may have told more since it was asked. */
const newest = (askedAt: string, lastSeen: string | undefined) =>
  isTime(lastSeen) && Date.parse(lastSeen) > Date.parse(askedAt) ? lastSeen : askedAt

export const isTime = (text: string | undefined): text is string =>
  text !== undefined && !Number.isNaN(Date.parse(text))
