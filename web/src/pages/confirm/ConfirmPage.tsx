import { Button, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Confirmation } from '#contract/contact-methods.ts'
import { ApiError } from '../../api/client.ts'
import { confirmation, useConfirm } from '../../api/confirmation.ts'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { FormSkeleton } from '../../ui/Skeletons.tsx'
import { Doorway } from '../sign-in/Doorway.tsx'

const route = getRouteApi('/confirm')

/** Where the link beside a code leads: one button says that the address is theirs. Opening the page changes nothing. */
export function ConfirmPage() {
  const { token } = route.useSearch()
  return token ? <WithToken token={token} /> : <LinkInvalid />
}

const isLinkInvalid = (error: unknown) => error instanceof ApiError && error.problem.code === 'link_invalid'

function WithToken({ token }: { token: string }) {
  const { data, error, refetch } = useQuery(confirmation(token))
  const confirm = useConfirm()
  if (confirm.data) return <Confirmed {...confirm.data} />
  if (isLinkInvalid(error) || isLinkInvalid(confirm.error)) return <LinkInvalid />
  return (
    <Doorway
      title="Is this yours?"
      description={data && <Question {...data} />}
      foot="If you did not ask for this, close this page: nothing will be sent."
    >
      {data ? (
        <Stack gap="sm">
          <Button fullWidth loading={confirm.isPending} onClick={() => confirm.mutate(token)}>
            Yes, send pages here
          </Button>
          <ErrorNote error={confirm.error} />
        </Stack>
      ) : error ? (
        <ErrorNote error={error} onRetry={() => void refetch()} />
      ) : (
        <FormSkeleton fields={1} />
      )}
    </Doorway>
  )
}

const Question = ({ name, channelName, address }: Confirmation) => (
  <>
    {name} wants to be paged here: {channelName}, <strong>{address}</strong>.
  </>
)

const Confirmed = ({ name, channelName, address }: Confirmation) => (
  <Doorway title="Confirmed">
    <p>
      Pages for {name} can now go to {address} ({channelName}). You can close this page.
    </p>
  </Doorway>
)

const LinkInvalid = () => (
  <Doorway title="This link no longer works">
    <p>
      It works once, for ten minutes, and ends when a newer one is sent. Ask for a new one where the contact
      method is shown: Settings → Profile.
    </p>
  </Doorway>
)
