import type { IntegrationHealth, IntegrationType } from '#contract/integrations.ts'
import { Section } from '../../../ui/Page.tsx'
import { Row, Rows } from '../../../ui/Rows.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import { wordsOfKind } from '../kinds.ts'
import { tools } from '../tools.tsx'
import styles from './KindsSeen.module.css'

type Props = { health: IntegrationHealth; type: IntegrationType }

/** What the tool has ever told: of a kind that is missing here, nothing can happen by itself. */
export const KindsSeen = ({ health: { kinds }, type }: Props) =>
  kinds.length > 0 && (
    <Section
      flush
      title="Kinds of message seen"
      description={`What ${tools[type].name} has sent here since the integration was added.`}
    >
      <Rows bare label="Kinds of message">
        {kinds.map(({ kind, lastAt }) => (
          <Row
            key={kind}
            title={
              <span className={styles.kind}>
                {wordsOfKind(kind)} <code>{kind}</code>
              </span>
            }
            facts={
              <span>
                Last <TimeAgo at={lastAt} />
              </span>
            }
          />
        ))}
      </Rows>
    </Section>
  )
