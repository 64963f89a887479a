import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { DeliveryView } from '#contract/integrations.ts'
import { deliveryOne } from '../../../api/incidents.ts'
import { CopyBlock } from '../../../ui/Copy.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { KeyValue } from '../../../ui/KeyValue.tsx'
import { TextSkeleton } from '../../../ui/Skeletons.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import styles from './Deliveries.module.css'

/** One delivery as it came: what became of it, its headers, its body. */
export function DeliveryBody({ delivery }: { delivery: DeliveryView }) {
  const { data, error, refetch } = useQuery(deliveryOne(delivery.id))
  const { receivedAt, outcome, result, reason, httpStatus, kind } = delivery
  return (
    <Stack gap="md">
      <KeyValue
        facts={[
          ['Received', <TimeAgo key="at" at={receivedAt} />],
          ['Outcome', result ? `${outcome}: ${result}` : outcome],
          ['Reason', reason],
          ['Answered', String(httpStatus)],
          ['Kind', kind],
        ]}
      />
      <ErrorNote error={error} onRetry={() => void refetch()} />
      {!data && !error && <TextSkeleton lines={8} />}
      {data && (
        <>
          <h3 className={styles.heading}>Headers</h3>
          <CopyBlock value={headerLines(data.headers)} what="headers" />
          <h3 className={styles.heading}>Body</h3>
          {data.bodyTruncated && <p className={styles.muted}>Only the beginning of this body was kept.</p>}
          {data.body === null ? (
            <p className={styles.muted}>This body was not kept.</p>
          ) : (
            <CopyBlock value={pretty(data.body)} what="body" />
          )}
        </>
      )}
    </Stack>
  )
}

const headerLines = (headers: Record<string, string | string[]>) =>
  Object.entries(headers)
    .flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value}`))
    .join('\n')

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
