import { useInfiniteQuery } from '@tanstack/react-query'
import { useReasonAgainst } from '../../api/me.ts'
import { auditLog } from '../../api/people.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { PagedRows } from '../../ui/PagedRows.tsx'
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
  return (
    <PagedRows
      list={useInfiniteQuery(auditLog)}
      label="Changes, newest first"
      row={(entry) => <AuditRow key={entry.id} entry={entry} />}
      empty={
        <EmptyState title="Nothing has been changed yet">Every change from now on stands here.</EmptyState>
      }
    />
  )
}
