import { IconBellRinging } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { may, useMe } from '../../api/me.ts'
import { pageLog } from '../../api/pages.ts'
import { ButtonLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { PagedRows } from '../../ui/PagedRows.tsx'
import { LogFilters } from './log/LogFilters.tsx'
import { LogRow } from './log/LogRow.tsx'

const route = getRouteApi('/app/notifications')

/** Every page that went out, or did not, and why. */
export function NotificationsPage() {
  const seesAll = may(useMe(), 'inspect')
  return (
    <Page>
      <PageHeader
        title="Notifications"
        description={
          seesAll
            ? 'Every page: to whom, by which way, and what became of it.'
            : 'The pages that went to you. Responders and administrators see those of everybody.'
        }
      />
      <LogFilters />
      <Log />
    </Page>
  )
}

function Log() {
  const { status, person } = route.useSearch()
  return (
    <PagedRows
      list={useInfiniteQuery(pageLog({ status, userId: person }))}
      label="Pages, newest first"
      row={(page) => <LogRow key={page.id} page={page} />}
      empty={<Nothing isFiltered={status !== undefined || person !== undefined} />}
    />
  )
}

const Nothing = ({ isFiltered }: { isFiltered: boolean }) =>
  isFiltered ? (
    <EmptyState
      icon={IconBellRinging}
      title="No page is like that"
      action={<ButtonLink {...paths.notifications()}>Show all</ButtonLink>}
    >
      None of the pages fits these filters.
    </EmptyState>
  ) : (
    <EmptyState
      icon={IconBellRinging}
      title="Nobody has been paged yet"
      action={<ButtonLink {...paths.profile()}>Send yourself a test page</ButtonLink>}
    >
      When an incident opens, whoever is on call is paged, and every page stands here.
    </EmptyState>
  )
