import { Menu, Modal } from '@mantine/core'
import { Role, type UserView } from '#contract/people.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useNewPasswordLink, useUpdateUser } from '../../../api/people.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { wordsOf } from '../../../ui/ErrorNote.tsx'
import { MenuButton } from '../../../ui/MenuButton.tsx'
import { tell } from '../../../ui/toasts.tsx'
import { InvitationLink } from './InvitationLink.tsx'
import { roleWords } from './roles.ts'

/** What an administrator may change about somebody; the others see the same, and why they may not. */
export function PersonActions({ person }: { person: UserView }) {
  const notAllowed = useReasonAgainst('configure')
  const update = useUpdateUser()
  return (
    <>
      <MenuButton label={roleWords[person.role].name} disabledReason={notAllowed}>
        {Role.options.map((role) => (
          <Menu.Item
            key={role}
            onClick={() => update.mutate({ id: person.id, role }, { onError: tellError })}
            disabled={role === person.role}
          >
            <strong>{roleWords[role].name}</strong>
            <div>{roleWords[role].description}</div>
          </Menu.Item>
        ))}
      </MenuButton>
      <NewLink person={person} notAllowed={notAllowed} />
    </>
  )
}

function NewLink({ person, notAllowed }: { person: UserView; notAllowed: string | undefined }) {
  const link = useNewPasswordLink()
  const disabledReason = notAllowed ?? (person.disabled ? 'Enable this person first' : undefined)
  return (
    <>
      <ActionButton
        disabledReason={disabledReason}
        loading={link.isPending}
        onClick={() => link.mutate(person.id, { onError: tellError })}
      >
        Password link
      </ActionButton>
      <Modal opened={link.data !== undefined} onClose={link.reset} title="New password link" centered>
        {link.data && <InvitationLink invitation={link.data} />}
      </Modal>
    </>
  )
}

const tellError = (error: Error) => {
  const { title, detail } = wordsOf(error)
  tell(title, detail, { isFailure: true })
}
