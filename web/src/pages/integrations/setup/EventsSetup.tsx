import { Anchor, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { CopyBlock, CopyField } from '../../../ui/Copy.tsx'
import { type EventExample, eventActions, eventsExample } from './examples.ts'
import type { Addressed } from './SetupTab.tsx'
import { Step, Steps } from './Steps.tsx'
import styles from './setup.module.css'

/** For programs: where to post, with which key, and what. */
export const EventsSetup = ({ integration }: { integration: Addressed }) => (
  <div className={styles.steps}>
    <Steps>
      <Step title="Where to send, and with which key">
        <div className={styles.fields}>
          <CopyField label="Endpoint" value={integration.webhookUrl} what="endpoint" />
          <CopyField label="Integration ID (the key)" value={integration.id} what="Integration ID" />
        </div>
        <p className={styles.dimmed}>
          Whoever has the key can open and resolve incidents of {integration.serviceName}. Treat it like a
          password; it can be rotated in Settings.
        </p>
      </Step>
      <Step title="What to send">
        <Examples integration={integration} />
      </Step>
      <Step title="More">
        <p className={styles.text}>
          <Anchor href="/api/docs" target="_blank">
            The API documentation
          </Anchor>{' '}
          lists every field, answer and error of <code>POST /api/events</code>.
        </p>
      </Step>
    </Steps>
  </div>
)

const words: Record<EventExample, string> = {
  trigger:
    'Opens an incident. Sent again with the same dedup_key it counts as a repeat and pages nobody a second time. Without a dedup_key one is made up and returned.',
  acknowledge: 'Says that somebody is on it: paging stops. The dedup_key says which problem.',
  resolve: 'Says that it is over. The next trigger with this dedup_key opens a new incident.',
}

function Examples({ integration: { webhookUrl, id } }: { integration: Addressed }) {
  const [action, setAction] = useState<EventExample>('trigger')
  return (
    <div className={styles.fields}>
      <SegmentedControl
        aria-label="Action"
        value={action}
        onChange={setAction}
        data={eventActions.map((one) => ({ value: one, label: one[0]!.toUpperCase() + one.slice(1) }))}
      />
      <p className={styles.text}>{words[action]}</p>
      <CopyBlock value={eventsExample(action, { url: webhookUrl, key: id })} what="cURL example" />
    </div>
  )
}
