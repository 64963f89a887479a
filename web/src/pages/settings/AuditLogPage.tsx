import { useInfiniteQuery } from '@tanstack/react-query'
import { useReasonAgainst } from '../../api/me.ts'
import { auditLog } from '../../api/people.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { Rows } from '../../ui/Rows.tsx'
import { ListSkeleton } from '../../ui/Skeletons.tsx'
import { AuditRow } from './audit/AuditRow.tsx'
import { OnlyAdministrators } from './OnlyAdministrators.tsx'

/** Who changed what, when and from where. */
export function AuditLogPage() {
  const notAllowed = useReasonAgainst('configure')
  return (
    <Page>
      <PageHeader
        title="Audit log"
        description="Who changed which configuration, secret, person or key. Nobody can change or delete a line."
      />
      {notAllowed ? <OnlyAdministrators what="audit log" /> : <Entries />}
    </Page>
  )
}

function Entries() {
  const list = useInfiniteQuery(auditLog)
  const entries = list.data?.pages.flatMap(({ items }) => items)
  if (!entries) {
    return list.error ? (
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton />
    )
  }
  if (entries.length === 0) {
    return <EmptyState title="Nothing has been changed yet">Every change from now on stands here.</EmptyState>
  }
  return (
    <>
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
      <Rows label="Changes, newest first">
        {entries.map((entry) => (
          <AuditRow key={entry.id} entry={entry} />
        ))}
      </Rows>
      <LoadMore
        automatic
        hasMore={list.hasNextPage}
        isLoading={list.isFetchingNextPage}
        onLoad={list.fetchNextPage}
      />
    </>
  )
}
