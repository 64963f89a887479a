import { type InfiniteData, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { type FoldedPage, type FoldedProblem, SplitResult } from '#contract/incidents.ts'
import { request } from './client.ts'
import { foldedProblems, incidentKeys } from './incidents.ts'

/** Gives one problem of a storm an incident of its own, or all that wait in it. */
export function useSplitStorm(stormId: string) {
  const queryClient = useQueryClient()
  const split = async (keys?: string[]) => {
    const result = await request(SplitResult, 'POST', `/incidents/${stormId}/split`, keys ? { keys } : {})
    showInList(queryClient, stormId, result.items)
    return result
  }
  const onSettled = () => void queryClient.invalidateQueries({ queryKey: incidentKeys.all })
  return {
    one: useMutation({ mutationFn: (key: string) => split([key]), onSettled }),
    all: useMutation({
      mutationFn: async () => {
        // The server takes so many at once; a call that finds none is the last one.
        for (let left = 1; left > 0; ) {
          const { waiting, items } = await split()
          left = items.length > 0 ? waiting : 0
        }
      },
      onSettled,
    }),
  }
}

type Pages = InfiniteData<FoldedPage, string | undefined>

/** At once, where they stand: the answer knows them as they are now. */
function showInList(queryClient: QueryClient, stormId: string, items: readonly FoldedProblem[]): void {
  const now = new Map(items.map((item) => [item.key, item]))
  queryClient.setQueryData<Pages>(foldedProblems(stormId).queryKey, (pages) =>
    pages
      ? {
          ...pages,
          pages: pages.pages.map((page) => ({
            ...page,
            items: page.items.map((item) => now.get(item.key) ?? item),
          })),
        }
      : pages,
  )
}
