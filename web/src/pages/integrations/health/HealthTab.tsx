import { useQuery } from '@tanstack/react-query'
import type { IntegrationView } from '#contract/integrations.ts'
import { integrationHealth } from '../../../api/integrations.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Section } from '../../../ui/Page.tsx'
import { TextSkeleton } from '../../../ui/Skeletons.tsx'
import { TestButton } from '../TestButton.tsx'
import { DayChart } from './DayChart.tsx'
import { Diagnoses } from './Diagnoses.tsx'
import { KindsSeen } from './KindsSeen.tsx'
import { MissingDeliveries } from './MissingDeliveries.tsx'

/** What is wrong, then what arrived. */
export function HealthTab({ integration }: { integration: IntegrationView }) {
  const { data: health, error, refetch } = useQuery(integrationHealth(integration.ref))
  if (!health) {
    return error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <TextSkeleton lines={6} />
  }
  return (
    <>
      <Diagnoses diagnoses={health.diagnoses} integrationRef={integration.ref} />
      <MissingDeliveries health={health} />
      <Section
        title="Deliveries of the last 24 hours"
        description="How many requests arrived each hour, and what became of them."
        actions={<TestButton integrationRef={integration.ref} withAnswer />}
      >
        <DayChart hours={health.hours} />
      </Section>
      <KindsSeen health={health} type={integration.type} />
    </>
  )
}
