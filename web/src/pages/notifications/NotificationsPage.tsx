import { IconBellRinging } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { may, useMe } from '../../api/me.ts'
import { pageLog } from '../../api/pages.ts'
import { ButtonLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { Rows } from '../../ui/Rows.tsx'
import { ListSkeleton } from '../../ui/Skeletons.tsx'
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
  const list = useInfiniteQuery(pageLog({ status, userId: person }))
  const pages = list.data?.pages.flatMap(({ items }) => items)
  if (!pages) {
    return list.error ? (
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton />
    )
  }
  if (pages.length === 0) return <Nothing isFiltered={status !== undefined || person !== undefined} />
  return (
    <>
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
      <Rows label="Pages, newest first">
        {pages.map((page) => (
          <LogRow key={page.id} page={page} />
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
