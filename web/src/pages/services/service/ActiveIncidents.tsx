import { IconCircleCheck, IconPlugConnectedX } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { IncidentSummary } from '#contract/incidents.ts'
import { incidentList } from '../../../api/incidents.ts'
import { counted } from '../../../forms/counted.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Row, Rows } from '../../../ui/Rows.tsx'
import { SeverityMark } from '../../../ui/SeverityMark.tsx'
import { ListSkeleton } from '../../../ui/Skeletons.tsx'
import { StatusBadge } from '../../../ui/StatusBadge.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import row from './incident.module.css'
import styles from './service.module.css'

const SHOWN = 10

type Props = { serviceId: string; hasIntegrations: boolean }

/** What is broken in this service now, the newest of it. */
export function ActiveIncidents({ serviceId, hasIntegrations }: Props) {
  const list = useInfiniteQuery(incidentList({ status: 'active', serviceId: [serviceId] }))
  const incidents = list.data?.pages.flatMap(({ items }) => items)
  if (!incidents) {
    return list.error ? (
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton rows={3} />
    )
  }
  if (incidents.length === 0) return hasIntegrations ? <AllClear /> : <NothingConnected />
  const hidden = incidents.length - SHOWN
  return (
    <>
      <Rows bare label="Active incidents">
        {incidents.slice(0, SHOWN).map((one) => (
          <IncidentRow key={one.id} incident={one} />
        ))}
      </Rows>
      {hidden > 0 && (
        <p className={styles.quiet}>
          <TextLink {...paths.incidents({ service: [serviceId] })}>
            {list.hasNextPage ? 'Many more' : `${counted(hidden, 'more', 'more')}`}
          </TextLink>
        </p>
      )}
    </>
  )
}

const IncidentRow = ({
  incident: { number, title, severity, status, createdAt },
}: {
  incident: IncidentSummary
}) => (
  <Row
    title={
      <Link {...paths.incident(number)} className={row.title}>
        <SeverityMark severity={severity} />
        <span className={row.number}>#{number}</span>
        {title}
      </Link>
    }
    facts={
      <>
        <StatusBadge status={status} />
        <TimeAgo at={createdAt} format="age" className={row.age} />
      </>
    }
  />
)

const AllClear = () => (
  <p className={styles.quiet}>
    <IconCircleCheck size={16} aria-hidden="true" />
    Nothing is broken as far as its integrations know.
  </p>
)

const NothingConnected = () => (
  <p className={`${styles.quiet} ${styles.plain}`}>
    <IconPlugConnectedX size={16} aria-hidden="true" />
    Nothing is connected, so nothing can be known.
  </p>
)
