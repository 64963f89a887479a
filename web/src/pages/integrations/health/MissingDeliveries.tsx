import type { IntegrationHealth } from '#contract/integrations.ts'
import { Section } from '../../../ui/Page.tsx'
import { Row, Rows } from '../../../ui/Rows.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import { wordsOfKind } from '../kinds.ts'
import styles from './KindsSeen.module.css'

/** What Sentry's own log has and ours has not: it is sent only once. */
export const MissingDeliveries = ({ health: { missingDeliveries } }: { health: IntegrationHealth }) =>
  missingDeliveries.length > 0 && (
    <Section
      flush
      title="Deliveries that never arrived"
      description="Sentry says that it sent these. It does not send them again; what was an alert has paged nobody."
    >
      <Rows bare label="Deliveries that never arrived">
        {missingDeliveries.map(({ at, kind, responseCode }) => (
          <Row
            key={`${at} ${kind}`}
            title={
              <span className={styles.kind}>
                {wordsOfKind(kind.split('.')[0] ?? kind)} <code>{kind}</code>
              </span>
            }
            facts={
              <>
                <span>{answerWords(responseCode)}</span>
                <span>
                  Sent <TimeAgo at={at} />
                </span>
              </>
            }
          />
        ))}
      </Rows>
    </Section>
  )

const answerWords = (code: number) => (code === 0 ? 'No answer in time' : `Answered ${code}`)
