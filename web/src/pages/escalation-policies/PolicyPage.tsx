import { IconPencil } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { EscalationPolicyView } from '#contract/escalation-policies.ts'
import { policyOne } from '../../api/escalation-policies.ts'
import { useReasonAgainst } from '../../api/me.ts'
import { counted } from '../../forms/counted.ts'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { Page, PageHeader, Section } from '../../ui/Page.tsx'
import { DetailSkeleton } from '../../ui/Skeletons.tsx'
import styles from './policy/policy.module.css'
import { ServicesUsing } from './policy/ServicesUsing.tsx'
import { Version } from './policy/Version.tsx'
import { PolicySteps } from './steps/PolicySteps.tsx'
import { minuteWords, timesOf } from './steps/times.ts'

const route = getRouteApi('/app/escalation-policies/$id')

/** One policy: its steps along a line of time, and which services rely on it. */
export function PolicyPage() {
  const { id } = route.useParams()
  const { data: policy, error, refetch } = useQuery(policyOne(id))
  return (
    <Page>
      <PageHeader
        title={policy?.name ?? 'Escalation policy'}
        above={<TextLink {...paths.policies()}>Escalation policies</TextLink>}
        description={policy && lengthOf(policy)}
        actions={policy && <Edit id={id} />}
      />
      <ErrorNote error={error} onRetry={() => void refetch()} />
      {policy ? <Policy policy={policy} /> : !error && <DetailSkeleton />}
    </Page>
  )
}

/** `3 steps, all of them up to 3 times. Without an answer it ends after 50 min.` */
function lengthOf({ steps, repeat }: EscalationPolicyView): string {
  const times = repeat > 0 ? `, all of them up to ${repeat + 1} times` : ''
  return `${counted(steps.length, 'step')}${times}. Without an answer it ends after ${minuteWords(timesOf({ steps, repeat }).endMinutes)}.`
}

const Policy = ({ policy }: { policy: EscalationPolicyView }) => (
  <div className={styles.columns}>
    <Section title="Until somebody acknowledges">
      <PolicySteps policy={policy} />
    </Section>
    <div className={styles.column}>
      <ServicesUsing policy={policy} />
      <Version policy={policy} />
    </div>
  </div>
)

function Edit({ id }: { id: string }) {
  const navigate = useNavigate()
  return (
    <ActionButton
      variant="filled"
      leftSection={<IconPencil size={16} />}
      disabledReason={useReasonAgainst('configure')}
      onClick={() => void navigate(paths.editPolicy(id))}
    >
      Edit
    </ActionButton>
  )
}
