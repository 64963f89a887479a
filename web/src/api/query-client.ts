import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError, isSignedOut } from './client.ts'

/** Server data lives here and nowhere else. `onSignedOut` is called when the server no longer knows who is asking. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: Error) => {
    if (isSignedOut(error)) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // Lists paint from the cache at once; the live stream says when it is old.
        staleTime: 30_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) => failures < 2 && isWorthAnotherTry(error),
      },
    },
  })
}

const isWorthAnotherTry = (error: Error) =>
  error instanceof ApiError && (error.problem.status === 0 || error.problem.status >= 502)
