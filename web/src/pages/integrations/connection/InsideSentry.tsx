import { useQuery } from '@tanstack/react-query'
import type { IntegrationView } from '#contract/integrations.ts'
import { sentryUiSchema } from '../../../api/sentry-connection.ts'
import { CopyBlock, CopyButton } from '../../../ui/Copy.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Section } from '../../../ui/Page.tsx'
import { TextSkeleton } from '../../../ui/Skeletons.tsx'
import { Doings, MenuPath } from '../setup/Steps.tsx'
import styles from './connection.module.css'

/** The forms that Sentry shows in its own pages, once it has been given their description. */
export const InsideSentry = ({ integration }: { integration: IntegrationView }) => (
  <Section
    title="Inside Sentry"
    description="Open or link an incident from an issue, and choose service, severity and paging in an alert rule, without leaving Sentry."
  >
    <div className={styles.inside}>
      <Schema integrationRef={integration.ref} />
      <Doings>
        <li>
          In Sentry open the internal integration, paste it as <MenuPath path="Schema" /> in place of what is
          there, and press <MenuPath path="Save Changes" />.
        </li>
        <li>
          An issue then has a form of the integration in its sidebar, to create an incident or to link one.
        </li>
        <li>
          In an alert rule, the action <MenuPath path="Open an incident in OpsKnight" /> asks for service,
          severity and whether to page.
        </li>
      </Doings>
    </div>
  </Section>
)

function Schema({ integrationRef }: { integrationRef: string }) {
  const { data, error, refetch } = useQuery(sentryUiSchema(integrationRef))
  if (!data)
    return error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <TextSkeleton lines={3} />
  const text = JSON.stringify(data.schema, null, 2)
  return (
    <>
      {data.lacking.length > 0 && (
        <ul className={styles.lacking} aria-label="Still needed">
          {data.lacking.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      <div className={styles.buttons}>
        <span>Schema of the forms</span>
        <CopyButton value={text} what="schema" withText />
      </div>
      <details>
        <summary>Show it</summary>
        <CopyBlock value={text} what="schema as shown" />
      </details>
    </>
  )
}
