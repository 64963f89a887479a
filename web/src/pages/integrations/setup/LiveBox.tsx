import { useQuery } from '@tanstack/react-query'
import type { DeliveryOutcome, DeliveryView } from '#contract/integrations.ts'
import { integrationHealth, newestDelivery } from '../../../api/integrations.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { TextSkeleton } from '../../../ui/Skeletons.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import { wordsOfKind } from '../kinds.ts'
import { TestButton } from '../TestButton.tsx'
import { tools } from '../tools.tsx'
import { hintsWhileWaiting } from './hints.ts'
import styles from './LiveBox.module.css'
import type { Addressed } from './SetupTab.tsx'

/** Waits for the first delivery and turns green by itself; later it says what came last. */
export function LiveBox({ integration }: { integration: Addressed }) {
  const { data: newest, error, refetch } = useQuery(newestDelivery(integration.ref))
  return (
    <section className={styles.box} data-outcome={newest?.outcome}>
      <output className={styles.state}>
        {newest ? <Received delivery={newest} /> : newest === null && <Waiting integration={integration} />}
        {newest?.outcome === 'accepted' && <OnlyTests integration={integration} />}
      </output>
      {newest === undefined &&
        (error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <TextSkeleton lines={2} />)}
      <TestButton integrationRef={integration.ref} />
    </section>
  )
}

function Waiting({ integration }: { integration: Addressed }) {
  return (
    <>
      <h2 className={styles.title}>
        <span className={styles.pulse} aria-hidden="true" />
        Waiting for the first delivery…
      </h2>
      <p className={styles.words}>This box turns green by itself when it arrives. Nothing for a while?</p>
      <ul className={styles.hints}>
        {hintsWhileWaiting(integration).map((hint) => (
          <li key={hint}>{hint}</li>
        ))}
      </ul>
    </>
  )
}

/** The test goes in by the front door, but not over the way that the tool takes. */
function OnlyTests({ integration: { ref, type } }: { integration: Addressed }) {
  const { data: health } = useQuery(integrationHealth(ref))
  if (!health?.diagnoses.some(({ code }) => code === 'only_tests_received')) return null
  return (
    <p className={styles.words}>
      That was a test from here. {tools[type].name} itself has not been heard yet.
    </p>
  )
}

const titles = {
  accepted: 'It works',
  ignored: 'Received, and ignored',
  rejected: 'Received, and rejected',
} as const satisfies Record<DeliveryOutcome, string>

function Received({ delivery }: { delivery: DeliveryView }) {
  const { outcome, receivedAt, title, kind, reason, httpStatus, incidentNumber } = delivery
  return (
    <>
      <h2 className={styles.title}>
        <span className={styles.dot} aria-hidden="true" />
        {titles[outcome]}
      </h2>
      <p className={styles.words}>
        Received <TimeAgo at={receivedAt} />: <em>{title ?? (kind ? wordsOfKind(kind) : 'a delivery')}</em>
        {incidentNumber !== null && (
          <>
            {' → '}
            <TextLink {...paths.incident(incidentNumber)}>Incident #{incidentNumber}</TextLink>
          </>
        )}
      </p>
      {reason && (
        <p className={styles.words}>
          {outcome === 'rejected' && `Answered ${httpStatus}. `}
          {reason}
        </p>
      )}
    </>
  )
}
