import { Menu, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { UserView } from '#contract/people.ts'
import { Role } from '#contract/people.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useNewPasswordLink, useUpdateUser } from '../../../api/people.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'
import { wordsOf } from '../../../ui/ErrorNote.tsx'
import { MenuButton } from '../../../ui/MenuButton.tsx'
import { Toast } from '../../../ui/Toast.tsx'
import styles from '../settings.module.css'
import { InvitationLink } from './InvitationLink.tsx'
import { roleWords } from './roles.ts'

type Props = { person: UserView; isMe: boolean }

/** What an administrator may change about somebody; the others see the same, and why they may not. */
export function PersonActions({ person, isMe }: Props) {
  const notAllowed = useReasonAgainst('configure')
  const update = useUpdateUser()
  const change = (changes: { role?: Role; disabled?: boolean }) =>
    update.mutate({ id: person.id, ...changes }, { onError: tell })
  return (
    <>
      <div className={styles.role}>
        <MenuButton label={roleWords[person.role].name} disabledReason={notAllowed}>
          {Role.options.map((role) => (
            <Menu.Item key={role} onClick={() => change({ role })} disabled={role === person.role}>
              <strong>{roleWords[role].name}</strong>
              <div>{roleWords[role].description}</div>
            </Menu.Item>
          ))}
        </MenuButton>
      </div>
      <NewLink person={person} notAllowed={notAllowed} />
      {person.disabled ? (
        <ActionButton disabledReason={notAllowed} onClick={() => change({ disabled: false })}>
          Enable
        </ActionButton>
      ) : (
        <Disable
          person={person}
          notAllowed={notAllowed ?? (isMe ? 'You cannot lock yourself out' : undefined)}
        />
      )}
    </>
  )
}

type ActionProps = { person: UserView; notAllowed: string | undefined }

function NewLink({ person, notAllowed }: ActionProps) {
  const link = useNewPasswordLink()
  const disabledReason = notAllowed ?? (person.disabled ? 'Enable this person first' : undefined)
  return (
    <>
      <ActionButton
        disabledReason={disabledReason}
        loading={link.isPending}
        onClick={() => link.mutate(person.id, { onError: tell })}
      >
        Password link
      </ActionButton>
      <Modal opened={link.data !== undefined} onClose={link.reset} title="New password link" centered>
        {link.data && <InvitationLink invitation={link.data} />}
      </Modal>
    </>
  )
}

function Disable({ person, notAllowed }: ActionProps) {
  const update = useUpdateUser()
  return (
    <ConfirmButton
      label="Disable"
      title={`Disable ${person.name}`}
      loses={`${person.name} is signed out everywhere at once, cannot sign in, and open password links stop working. What they did stays in timelines and in the audit log. They can be enabled again.`}
      disabledReason={notAllowed}
      onConfirm={() => update.mutateAsync({ id: person.id, disabled: true })}
    />
  )
}

const tell = (error: Error) => {
  const { title, detail } = wordsOf(error)
  notifications.show({ message: <Toast title={title} detail={detail} /> })
}
