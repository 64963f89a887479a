import { useDisclosure } from '@mantine/hooks'
import { IconUserPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useReasonAgainst } from '../../api/me.ts'
import { userList } from '../../api/people.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { PagedRows } from '../../ui/PagedRows.tsx'
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
  return (
    <PagedRows
      list={useInfiniteQuery(userList)}
      label="People"
      row={(person) => <PersonRow key={person.id} person={person} />}
      skeletonRows={4}
    />
  )
}
