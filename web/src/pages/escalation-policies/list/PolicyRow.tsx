import { Link } from '@tanstack/react-router'
import type { EscalationPolicyView } from '#contract/escalation-policies.ts'
import { counted } from '../../../forms/counted.ts'
import { paths } from '../../../paths.ts'
import { Row } from '../../../ui/Rows.tsx'
import { summaryOf } from './summary.ts'

/** A policy in one line: whom it pages in turn, and for which services. */
export const PolicyRow = ({ policy }: { policy: EscalationPolicyView }) => (
  <Row
    title={<Link {...paths.policy(policy.id)}>{policy.name}</Link>}
    description={summaryOf(policy)}
    facts={policy.services.length > 0 ? counted(policy.services.length, 'service') : 'No service uses it'}
  />
)
