import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { IncidentView } from '#contract/incidents.ts'
import { findCachedSummary } from '../../api/incident-cache.ts'
import { incidentOne } from '../../api/incidents.ts'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { DetailSkeleton } from '../../ui/Skeletons.tsx'
import { ActionBar } from './detail/ActionBar.tsx'
import { AlertFacts } from './detail/AlertFacts.tsx'
import { Deliveries } from './detail/Deliveries.tsx'
import { FoldedProblems } from './detail/FoldedProblems.tsx'
import { Head } from './detail/Head.tsx'
import { IncidentFacts } from './detail/IncidentFacts.tsx'
import styles from './detail/IncidentPage.module.css'
import { PagingSection } from './detail/paging/PagingSection.tsx'
import { Timeline } from './detail/Timeline.tsx'

const route = getRouteApi('/app/incidents/$number')

/** One incident: what is broken, how bad, who has it, what to do next. */
export function IncidentPage() {
  const { number } = route.useParams()
  const { data: incident, error, refetch } = useQuery(incidentOne(number))
  if (incident) return <Incident key={incident.id} incident={incident} problem={error} />
  return (
    <Page>
      {error ? (
        <>
          <PageHeader title={`Incident #${number}`} />
          <ErrorNote error={error} onRetry={() => void refetch()} />
          <TextLink {...paths.incidents()}>All incidents</TextLink>
        </>
      ) : (
        <OnItsWay number={number} />
      )}
    </Page>
  )
}

/** What the list knew already stands here while the rest arrives. */
function OnItsWay({ number }: { number: string }) {
  const summary = findCachedSummary(useQueryClient(), number)
  return (
    <>
      {summary ? <Head incident={summary} /> : <PageHeader title={`Incident #${number}`} />}
      <DetailSkeleton />
    </>
  )
}

const Incident = ({ incident, problem }: { incident: IncidentView; problem: Error | null }) => (
  <Page>
    <ErrorNote error={problem} />
    <div className={styles.columns}>
      <div className={styles.left}>
        <Head incident={incident} />
        <ActionBar incident={incident} />
        <FoldedProblems incident={incident} />
        <AlertFacts incident={incident} />
        <IncidentFacts incident={incident} />
      </div>
      <div className={styles.right}>
        <PagingSection incident={incident} />
        <Timeline incident={incident} />
        <Deliveries incident={incident} />
      </div>
    </div>
  </Page>
)
