import { IconArrowsLeftRight } from '@tabler/icons-react'
import type { IntegrationView } from '#contract/integrations.ts'
import { ButtonLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import styles from './LiveBox.module.css'

/** Once alerts come in, Sentry may hear of what becomes of them. */
export const BothWays = ({
  integration: { ref, type, connected, lastDeliveryAt },
}: {
  integration: IntegrationView
}) =>
  type === 'sentry' &&
  !connected &&
  lastDeliveryAt !== null && (
    <section className={styles.box} aria-label="Both ways">
      <h2 className={styles.title}>
        <IconArrowsLeftRight size={16} aria-hidden="true" />
        Sentry does not hear back yet
      </h2>
      <p className={styles.words}>
        Connected both ways, its issues show who is on them, and are resolved when their incident is.
      </p>
      <ButtonLink {...paths.integration(ref, { tab: 'connection' })}>Connect both ways</ButtonLink>
    </section>
  )
