import { useDocumentTitle } from '@mantine/hooks'
import { IconBellOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { IncidentSummary, IncidentView } from '#contract/incidents.ts'
import { pagesOfIncident } from '../../../api/pages.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { CopyButton } from '../../../ui/Copy.tsx'
import { SeverityMark } from '../../../ui/SeverityMark.tsx'
import { StatusBadge } from '../../../ui/StatusBadge.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { statusLine } from '../status-line.ts'
import styles from './IncidentPage.module.css'

/** Longer ones are set smaller on a phone, so that the actions and facts are seen at once. */
const LONG_TITLE = 48

/** What is broken and how bad; with the whole incident also where it stands, in plain words. */
export function Head({ incident }: { incident: IncidentSummary | IncidentView }) {
  const { number, title, severity, status, serviceId, serviceName, source } = incident
  useDocumentTitle(`#${number} ${title} · OpsKnight`)
  return (
    <header>
      <nav aria-label="Breadcrumb">
        <ol className={styles.breadcrumb}>
          <li>
            <TextLink {...paths.incidents()}>Incidents</TextLink>
          </li>
          <li aria-hidden="true">/</li>
          <li aria-current="page">#{number}</li>
          <li>
            <CopyButton value={window.location.href} what="link to this incident" />
          </li>
        </ol>
      </nav>
      <h1 className={styles.title} data-long={title.length > LONG_TITLE || undefined}>
        {title}
      </h1>
      {'paging' in incident && <StatusLine incident={incident} />}
      <div className={styles.marks}>
        <SeverityMark severity={severity} withName />
        <StatusBadge status={status} />
        <TextLink {...paths.service(serviceId)}>{serviceName}</TextLink>
        {source && <span className={styles.muted}>{source}</span>}
      </div>
    </header>
  )
}

function StatusLine({ incident }: { incident: IncidentView }) {
  const pages = useQuery(pagesOfIncident(incident.id)).data
  const parts = statusLine(incident, useNow('seconds'), pages)
  return (
    <p className={styles.statusLine}>
      {parts.map(({ text, isLoud }, index) => (
        <span key={text} className={isLoud ? styles.loud : undefined}>
          {index > 0 && <span aria-hidden="true"> · </span>}
          {isLoud && <IconBellOff size={16} aria-hidden="true" />} {text}
        </span>
      ))}
    </p>
  )
}
