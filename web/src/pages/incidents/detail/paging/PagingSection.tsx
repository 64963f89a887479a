import { IconBellOff, IconFileDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { IncidentView } from '#contract/incidents.ts'
import type { PageView } from '#contract/pages.ts'
import { ledgerUrl, pagesOfIncident } from '../../../../api/pages.ts'
import { ErrorNote } from '../../../../ui/ErrorNote.tsx'
import { Card } from '../../../../ui/Page.tsx'
import { TextSkeleton } from '../../../../ui/Skeletons.tsx'
import { useNow } from '../../../../ui/use-now.ts'
import { countdownWords, nextPage } from '../../next-page.ts'
import { LedgerSteps } from './LedgerSteps.tsx'
import { ledgerHeadline, ledgerSteps } from './ledger.ts'
import { PolicyLine } from './PolicyLine.tsx'
import styles from './paging.module.css'

/** Who was paged, how, when, what came back, why somebody was not, and what happens next. */
export function PagingSection({ incident }: { incident: IncidentView }) {
  const { data: pages, error, refetch } = useQuery(pagesOfIncident(incident.id))
  return (
    <section aria-labelledby="paging">
      <div className={styles.head}>
        <h2 id="paging" className={styles.heading}>
          Paging
        </h2>
        <a
          className={styles.export}
          href={ledgerUrl(incident.id)}
          download={`incident-${incident.number}.md`}
        >
          <IconFileDownload size={14} aria-hidden="true" />
          Save as Markdown
        </a>
      </div>
      <Card flush>
        {pages ? (
          <Ledger incident={incident} pages={pages} />
        ) : (
          <div className={styles.part}>
            {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <TextSkeleton lines={3} />}
          </div>
        )}
      </Card>
    </section>
  )
}

function Ledger({ incident, pages }: { incident: IncidentView; pages: PageView[] }) {
  return (
    <>
      <Headline incident={incident} pages={pages} />
      <LedgerSteps steps={ledgerSteps(pages)} />
      <PolicyLine paging={incident.paging} />
    </>
  )
}

function Headline({ incident, pages }: { incident: IncidentView; pages: PageView[] }) {
  const headline = headlineOf(incident, pages)
  const next = nextPage(incident, pages)
  return (
    <div className={styles.part}>
      {headline && (
        <p className={headline.isLoud ? styles.loud : styles.line}>
          {headline.isLoud && <IconBellOff size={16} aria-hidden="true" />}
          {headline.text}
        </p>
      )}
      {next && <Next at={next.at} who={next.who} />}
    </div>
  )
}

function headlineOf({ paging, status }: IncidentView, pages: PageView[]) {
  if (paging.problem && status !== 'resolved') return { text: paging.problem, isLoud: true }
  const headline = ledgerHeadline(pages)
  if (headline) return headline
  if (pages.length > 0) return null
  if (status === 'suppressed')
    return { text: 'Nobody is paged while the service is in maintenance.', isLoud: false }
  return { text: 'Nobody has been paged.', isLoud: false }
}

function Next({ at, who }: { at: Date; who: string }) {
  return (
    <p className={styles.next}>
      Next: <strong>{who}</strong> {countdownWords(at, useNow('seconds'))}
    </p>
  )
}
