import { Link } from '@tanstack/react-router'
import type { EscalationPolicyView } from '#contract/escalation-policies.ts'
import { paths } from '../../../paths.ts'
import { Section } from '../../../ui/Page.tsx'
import { Row, Rows } from '../../../ui/Rows.tsx'
import styles from './policy.module.css'

/** Whose incidents page by this policy. */
export const ServicesUsing = ({ policy: { services } }: { policy: EscalationPolicyView }) => (
  <Section flush title="Services that use it">
    {services.length === 0 ? (
      <p className={styles.quiet}>No service yet. Choose it in the settings of a service.</p>
    ) : (
      <Rows bare label="Services that use it">
        {services.map(({ id, name }) => (
          <Row key={id} title={<Link {...paths.service(id)}>{name}</Link>} />
        ))}
      </Rows>
    )}
  </Section>
)
