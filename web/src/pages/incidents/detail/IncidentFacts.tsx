import { Code, Group } from '@mantine/core'
import type { IncidentView } from '#contract/incidents.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { CopyButton } from '../../../ui/Copy.tsx'
import { KeyValue } from '../../../ui/KeyValue.tsx'
import { Section } from '../../../ui/Page.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import styles from './AlertFacts.module.css'

const urgencyName = { high: 'High', medium: 'Medium', low: 'Low' } as const

/** What OpsKnight itself knows of the incident. */
export function IncidentFacts({ incident }: { incident: IncidentView }) {
  const { urgency, assignedTo, integration, previousIncident, createdAt, lastEventAt, eventCount } = incident
  return (
    <Section title="Incident">
      <KeyValue
        facts={[
          ['Opened', <TimeAgo key="opened" at={createdAt} />],
          ['Alerts', eventCount > 1 ? <Repeats key="alerts" count={eventCount} last={lastEventAt} /> : null],
          ['Urgency', urgencyName[urgency]],
          ['Assigned to', assignedTo?.name],
          [
            'Integration',
            integration && <TextLink {...paths.integration(integration.ref)}>{integration.name}</TextLink>,
          ],
          [
            'Happened before',
            previousIncident && (
              <TextLink {...paths.incident(previousIncident.number)}>
                Incident #{previousIncident.number}
              </TextLink>
            ),
          ],
          ['Key', <Key key="key" value={incident.dedupKey} />],
        ]}
      />
    </Section>
  )
}

const Repeats = ({ count, last }: { count: number; last: string }) => (
  <>
    {count}, the last one <TimeAgo at={last} />
  </>
)

const Key = ({ value }: { value: string }) => (
  <Group gap={4} wrap="nowrap" align="center">
    <Code className={styles.code}>{value}</Code>
    <CopyButton value={value} what="key" />
  </Group>
)
