import { useDisclosure } from '@mantine/hooks'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useReasonAgainst } from '../../api/me.ts'
import { apiKeyList } from '../../api/people.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { Rows } from '../../ui/Rows.tsx'
import { ListSkeleton } from '../../ui/Skeletons.tsx'
import { ApiKeyRow } from './api-keys/ApiKeyRow.tsx'
import { CreateKey } from './api-keys/CreateKey.tsx'
import { OnlyAdministrators } from './OnlyAdministrators.tsx'

/** What programs show in place of a password. */
export function ApiKeysPage() {
  const [isCreating, { open, close }] = useDisclosure(false)
  const notAllowed = useReasonAgainst('configure')
  const create = (
    <ActionButton
      variant="filled"
      leftSection={<IconPlus size={16} />}
      onClick={open}
      disabledReason={notAllowed}
    >
      Create API key
    </ActionButton>
  )
  return (
    <Page>
      <PageHeader
        title="API keys"
        description="For programs that call the API. Each may do what its scopes say, and acts under its own name."
        actions={create}
      />
      {notAllowed ? <OnlyAdministrators what="API keys" /> : <Keys create={create} />}
      <CreateKey isOpen={isCreating} onClose={close} />
    </Page>
  )
}

function Keys({ create }: { create: React.ReactNode }) {
  const list = useInfiniteQuery(apiKeyList)
  const keys = list.data?.pages.flatMap(({ items }) => items)
  if (!keys) {
    return list.error ? (
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton rows={3} />
    )
  }
  if (keys.length === 0) {
    return (
      <EmptyState icon={IconKey} title="No API keys yet" action={create}>
        A key lets a program read incidents, act on them or send events, without the password of a person.
        Give each program its own, so that one can be taken away alone.
      </EmptyState>
    )
  }
  return (
    <>
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
      <Rows label="API keys">
        {keys.map((key) => (
          <ApiKeyRow key={key.id} apiKey={key} />
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
