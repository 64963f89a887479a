import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { EscalationPolicyView } from '#contract/escalation-policies.ts'
import { allPolicies } from '../../../api/escalation-policies.ts'
import { counted } from '../../../forms/counted.ts'
import { paths } from '../../../paths.ts'
import { Section } from '../../../ui/Page.tsx'
import { Row, Rows } from '../../../ui/Rows.tsx'
import styles from './schedule.module.css'

/** Through which policies an incident reaches whoever is on call here. */
export function UsedBy({ scheduleId }: { scheduleId: string }) {
  const policies = useQuery(allPolicies).data
  if (!policies) return null
  const using = policies.filter((policy) => names(policy, scheduleId))
  return (
    <Section flush title="Escalation policies">
      {using.length === 0 ? (
        <p className={styles.quiet}>
          No escalation policy pages this schedule, so being on call here has no effect yet.
        </p>
      ) : (
        <Rows bare label="Escalation policies">
          {using.map(({ id, name, services }) => (
            <Row
              key={id}
              title={<Link {...paths.policy(id)}>{name}</Link>}
              facts={services.length > 0 ? counted(services.length, 'service') : 'No service uses it'}
            />
          ))}
        </Rows>
      )}
    </Section>
  )
}

const names = ({ steps, fallback }: EscalationPolicyView, scheduleId: string) =>
  [...steps.flatMap(({ targets }) => targets), ...(fallback ?? [])].some(
    ({ type, id }) => type === 'schedule' && id === scheduleId,
  )
