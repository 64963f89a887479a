import { Code } from '@mantine/core'
import type { IncidentSummary } from '#contract/incidents.ts'
import type { SentryDetails } from '#contract/sentry.ts'
import { KeyValue } from '../../../ui/KeyValue.tsx'
import styles from './AlertFacts.module.css'
import { SentryImpact } from './SentryImpact.tsx'
import { SourceFrame } from './SourceFrame.tsx'
import { SuspectCommit } from './SuspectCommit.tsx'

/** A Sentry alert in the order in which a tired reader asks: what, where, by what, how many, since when, who has it, why this alert. */
export const SentryFacts = ({ facts, incident }: { facts: SentryDetails; incident: IncidentSummary }) => (
  <div className={styles.facts}>
    <Exception facts={facts} />
    {facts.frame && <SourceFrame frame={facts.frame} />}
    {facts.suspectCommit && <SuspectCommit commit={facts.suspectCommit} />}
    <SentryImpact facts={facts} incident={incident} />
    <KeyValue
      facts={[
        ['Environment', facts.environment],
        ['Release', facts.release && <Code className={styles.code}>{facts.release}</Code>],
        ['Project', projectName(facts.project)],
        ['Alert rule', facts.rules && facts.rules.length > 0 && facts.rules.join(', ')],
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
