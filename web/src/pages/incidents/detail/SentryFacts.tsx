import { Code } from '@mantine/core'
import type { IncidentSummary } from '#contract/incidents.ts'
import type { SentryDetails } from '#contract/sentry.ts'
import { KeyValue } from '../../../ui/KeyValue.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import styles from './AlertFacts.module.css'
import { SourceFrame } from './SourceFrame.tsx'

const count = new Intl.NumberFormat('en')

/** A Sentry alert in the order in which a tired reader asks: what, where, how many, since when, why this alert. */
export const SentryFacts = ({ facts, incident }: { facts: SentryDetails; incident: IncidentSummary }) => (
  <div className={styles.facts}>
    <Exception facts={facts} />
    {facts.frame && <SourceFrame frame={facts.frame} />}
    <Impact facts={facts} incident={incident} />
    <KeyValue
      facts={[
        ['Environment', facts.environment],
        ['Release', facts.release && <Code className={styles.code}>{facts.release}</Code>],
        ['Project', projectName(facts.project)],
        ['Alert rule', facts.rules && facts.rules.length > 0 && facts.rules.join(', ')],
        ['State in Sentry', [facts.status, facts.substatus].filter(Boolean).join(', ')],
        ['Priority', facts.priority],
        ['Assigned in Sentry', facts.assignedTo],
        ['Platform', facts.platform],
        ['Event', facts.eventId && <Code className={styles.code}>{facts.eventId}</Code>],
      ]}
    />
    <Tags tags={facts.tags ?? []} />
    {facts.unread !== undefined && <Unread body={facts.unread} />}
  </div>
)

function Exception({ facts: { exception, culprit, message, description } }: { facts: SentryDetails }) {
  const text = exception?.value ?? message ?? description
  if (!exception?.type && !text && !culprit) return null
  return (
    <div>
      {exception?.type && <h3 className={styles.exception}>{exception.type}</h3>}
      {text && <p className={styles.value}>{text}</p>}
      {culprit && (
        <p className={styles.culprit}>
          <code>{culprit}</code>
        </p>
      )}
    </div>
  )
}

/** How many and since when: Sentry's own numbers, or those of the alerts where Sentry sends none. */
function Impact({ facts, incident }: { facts: SentryDetails; incident: IncidentSummary }) {
  const { count: events, userCount, firstSeen, lastSeen } = facts
  const numbers: [string, React.ReactNode][] = [
    events === undefined ? ['Alerts', count.format(incident.eventCount)] : ['Events', count.format(events)],
    ['Users affected', userCount === undefined ? null : count.format(userCount)],
    isTime(firstSeen)
      ? ['First seen', <TimeAgo key="first" at={firstSeen} />]
      : ['First alert', <TimeAgo key="first" at={incident.firstEventAt} />],
    isTime(lastSeen)
      ? ['Last seen', <TimeAgo key="last" at={lastSeen} />]
      : ['Last alert', <TimeAgo key="last" at={incident.lastEventAt} />],
  ]
  return (
    <dl className={styles.impact}>
      {numbers
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name} className={styles.number}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

const isTime = (text: string | undefined): text is string =>
  text !== undefined && !Number.isNaN(Date.parse(text))

const projectName = (project: SentryDetails['project']) =>
  [project?.organization, project?.name ?? project?.slug].filter(Boolean).join(' / ')

const Tags = ({ tags }: { tags: readonly (readonly [string, string])[] }) =>
  tags.length > 0 && (
    <ul className={styles.tags} aria-label="Tags">
      {tags.map(([name, value]) => (
        <li key={`${name}=${value}`} className={styles.tag}>
          <span className={styles.tagName}>{name}</span> {value}
        </li>
      ))}
    </ul>
  )

const Unread = ({ body }: { body: unknown }) => (
  <div>
    <p className={styles.value}>OpsKnight could not read this alert. This is all of it:</p>
    <pre className={styles.pre}>{JSON.stringify(body, null, 2)}</pre>
  </div>
)
