import type { IntegrationView } from '#contract/integrations.ts'
import type { SentryConnectionView } from '#contract/sentry-connection.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Section } from '../../../ui/Page.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { BehaviourForm } from './BehaviourForm.tsx'
import { ChangeConnection } from './ChangeConnection.tsx'
import { CheckButton } from './CheckButton.tsx'
import { ConnectionFacts } from './ConnectionFacts.tsx'
import { ConnectionStates } from './ConnectionStates.tsx'
import styles from './connection.module.css'
import { InsideSentry } from './InsideSentry.tsx'
import { statesOf } from './states.ts'

type Props = {
  integration: IntegrationView
  connection: SentryConnectionView
  /** Why what is shown may be old. */
  problem: Error | null
}

/** How the connection stands, what goes over it, and how to change it. */
export function Connected({ integration, connection, problem }: Props) {
  const states = statesOf(connection, useNow())
  const isOffered = states.some(({ canCheck }) => canCheck)
  return (
    <>
      <ErrorNote error={problem} />
      <ConnectionStates states={states} integrationRef={integration.ref} />
      <div className={styles.layout}>
        <aside className={styles.facts} aria-label="Connection">
          <ConnectionFacts
            connection={connection}
            actions={!isOffered && <CheckButton integrationRef={integration.ref} />}
          />
        </aside>
        <div className={styles.main}>
          <Section
            title="What goes both ways"
            description="None of this delays an alert or a page: it is done afterwards, and again when Sentry does not answer."
          >
            <BehaviourForm integration={integration} connection={connection} />
          </Section>
          <InsideSentry integration={integration} />
          <ChangeConnection integration={integration} connection={connection} />
        </div>
      </div>
    </>
  )
}
