import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ServiceView } from '#contract/services.ts'
import { policyOne } from '../../../api/escalation-policies.ts'
import { ButtonLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { Section } from '../../../ui/Page.tsx'
import { Row, Rows } from '../../../ui/Rows.tsx'
import { summaryOf } from '../../escalation-policies/list/summary.ts'
import styles from './service.module.css'

/** Whom incidents of this service reach, in one line. */
export function WhoIsPaged({ service }: { service: ServiceView }) {
  const { id, escalationPolicyId, escalationPolicyName } = service
  return (
    <Section flush title="Who is paged">
      {escalationPolicyId ? (
        <Rows bare label="Escalation policy">
          <Row
            title={<Link {...paths.policy(escalationPolicyId)}>{escalationPolicyName}</Link>}
            description={<Summary policyId={escalationPolicyId} />}
          />
        </Rows>
      ) : (
        <div className={`${styles.quiet} ${styles.plain}`}>
          <IconAlertTriangle size={16} aria-hidden="true" />
          <span className={styles.grow}>No escalation policy: incidents page the administrators only.</span>
          <ButtonLink size="xs" {...paths.serviceSettings(id)}>
            Choose one
          </ButtonLink>
        </div>
      )}
    </Section>
  )
}

function Summary({ policyId }: { policyId: string }) {
  const policy = useQuery(policyOne(policyId)).data
  return policy && summaryOf(policy)
}
