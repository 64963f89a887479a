import { useDisclosure } from '@mantine/hooks'
import { IconUserPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useReasonAgainst } from '../../api/me.ts'
import { userList } from '../../api/people.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { Rows } from '../../ui/Rows.tsx'
import { ListSkeleton } from '../../ui/Skeletons.tsx'
import { InvitePerson } from './people/InvitePerson.tsx'
import { PersonRow } from './people/PersonRow.tsx'

/** Who may come in, and what they may do. */
export function PeoplePage() {
  const [isInviting, { open, close }] = useDisclosure(false)
  return (
    <Page>
      <PageHeader
        title="People"
        description="Everybody who may sign in, and what their role lets them do."
        actions={
          <ActionButton
            variant="filled"
            leftSection={<IconUserPlus size={16} />}
            onClick={open}
            disabledReason={useReasonAgainst('configure')}
          >
            Invite somebody
          </ActionButton>
        }
      />
      <People />
      <InvitePerson isOpen={isInviting} onClose={close} />
    </Page>
  )
}

function People() {
  const list = useInfiniteQuery(userList)
  const people = list.data?.pages.flatMap(({ items }) => items)
  if (!people) {
    return list.error ? (
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton rows={4} />
    )
  }
  return (
    <>
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
      <Rows label="People">
        {people.map((person) => (
          <PersonRow key={person.id} person={person} />
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
