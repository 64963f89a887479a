import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { ErrorNote } from './ErrorNote.tsx'
import { LoadMore } from './LoadMore.tsx'
import { Rows } from './Rows.tsx'
import { ListSkeleton } from './Skeletons.tsx'

type Props<Item> = {
  list: UseInfiniteQueryResult<InfiniteData<{ items: Item[] }>>
  label: string
  /** One item as a row, with its key. */
  row(item: Item): React.ReactNode
  /** Stands in place of a list without items. */
  empty?: React.ReactNode
  /** How many rows are hinted at while the first ones load. */
  skeletonRows?: number
}

/** A list that comes page by page: loading, failed, empty, or its rows, of which more load as they come into sight. */
export function PagedRows<Item>({ list, label, row, empty, skeletonRows }: Props<Item>) {
  const items = list.data?.pages.flatMap((page) => page.items)
  const failure = <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
  if (!items) return list.error ? failure : <ListSkeleton {...(skeletonRows && { rows: skeletonRows })} />
  if (items.length === 0 && empty) return empty
  return (
    <>
      {failure}
      <Rows label={label}>{items.map(row)}</Rows>
      <LoadMore
        automatic
        hasMore={list.hasNextPage}
        isLoading={list.isFetchingNextPage}
        onLoad={list.fetchNextPage}
      />
    </>
  )
}
