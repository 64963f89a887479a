import { useDisclosure } from '@mantine/hooks'
import { IconBellPlus, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { contactMethodsOf } from '../../../api/contact-methods.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { EmptyState } from '../../../ui/EmptyState.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Section } from '../../../ui/Page.tsx'
import { Rows } from '../../../ui/Rows.tsx'
import { ListSkeleton } from '../../../ui/Skeletons.tsx'
import { AddContactMethod } from './AddContactMethod.tsx'
import { ContactMethodRow } from './ContactMethodRow.tsx'

type Props = {
  userId: string
  /** Whether it is the reader's own: codes come to them, and this device may be added. */
  isMine: boolean
  /** Why nothing can be changed. */
  notAllowed?: string | undefined
}

/** Where somebody can be reached, what of it is proven, and a test for each. */
export function ContactMethods({ userId, isMine, notAllowed }: Props) {
  const [isAdding, { open, close }] = useDisclosure(false)
  const add = (
    <ActionButton
      leftSection={<IconPlus size={16} aria-hidden="true" />}
      onClick={open}
      disabledReason={notAllowed}
    >
      Add contact method
    </ActionButton>
  )
  return (
    <Section
      flush
      title="Contact methods"
      description="Where pages go, once a code has proven that it is the right place."
      actions={add}
    >
      <List userId={userId} isMine={isMine} notAllowed={notAllowed} />
      <AddContactMethod userId={userId} isMine={isMine} isOpen={isAdding} onClose={close} />
    </Section>
  )
}

function List({ userId, isMine, notAllowed }: Props) {
  const { data: methods, error, refetch } = useQuery(contactMethodsOf(userId))
  if (!methods)
    return error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <ListSkeleton rows={2} />
  if (methods.length === 0) {
    return (
      <EmptyState
        icon={IconBellPlus}
        title={isMine ? 'Nothing reaches you yet' : 'Nothing reaches this person yet'}
      >
        Add an address, a phone or this device. Until one of them is verified, an incident passes{' '}
        {isMine ? 'you' : 'them'} over and goes on to whoever is next.
      </EmptyState>
    )
  }
  return (
    <>
      <ErrorNote error={error} onRetry={() => void refetch()} />
      <Rows bare label="Contact methods">
        {methods.map((method) => (
          <ContactMethodRow key={method.id} method={method} notAllowed={notAllowed} />
        ))}
      </Rows>
    </>
  )
}
