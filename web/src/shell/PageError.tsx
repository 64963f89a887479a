import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { isSignedOut } from '../api/client.ts'
import { useWhenBack } from '../api/readiness.ts'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Page } from '../ui/Page.tsx'
import { PageSkeleton } from '../ui/Skeletons.tsx'
import { TroubleBanner } from './TroubleBanner.tsx'

/** Stands in for a page that could not be shown; the rest of the app goes on. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const queries = useQueryErrorResetBoundary()
  const retry = () => {
    queries.reset()
    reset()
    void router.invalidate()
  }
  useWhenBack(retry)
  // The way to the sign-in page is under way already.
  if (isSignedOut(error)) return <PageSkeleton />

  return (
    <Page width="text">
      <ErrorNote error={error instanceof Error ? error : new Error(String(error))} onRetry={retry} />
    </Page>
  )
}

/** Stands in for the app around the pages, when it could not even be learned who is asking. */
export const AppError = (props: ErrorComponentProps) => (
  <main>
    <TroubleBanner />
    <PageError {...props} />
  </main>
)
