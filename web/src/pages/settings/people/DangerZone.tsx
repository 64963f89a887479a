import { useNavigate } from '@tanstack/react-router'
import type { UserView } from '#contract/people.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useDeleteUser, useUpdateUser } from '../../../api/people.ts'
import { Danger } from '../../../forms/Danger.tsx'
import { paths } from '../../../paths.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Section } from '../../../ui/Page.tsx'

type Props = { person: UserView; isMe: boolean }

/** Locking somebody out, for a while or for good. */
export function DangerZone({ person, isMe }: Props) {
  const notAllowed = useReasonAgainst('configure') ?? (isMe ? 'You cannot lock yourself out' : undefined)
  return (
    <Section title="Disable or delete">
      {person.disabled ? (
        <Enable person={person} notAllowed={notAllowed} />
      ) : (
        <Disable person={person} notAllowed={notAllowed} />
      )}
      <Delete person={person} notAllowed={notAllowed} />
    </Section>
  )
}

type ActionProps = { person: UserView; notAllowed: string | undefined }

function Enable({ person, notAllowed }: ActionProps) {
  const update = useUpdateUser()
  return (
    <>
      <Danger title="Enable" words="They can sign in again, and are paged again where they are on call.">
        <ActionButton
          disabledReason={notAllowed}
          loading={update.isPending}
          onClick={() => update.mutate({ id: person.id, disabled: false })}
        >
          Enable
        </ActionButton>
      </Danger>
      <ErrorNote error={update.error} />
    </>
  )
}

function Disable({ person, notAllowed }: ActionProps) {
  const update = useUpdateUser()
  return (
    <Danger
      title="Disable"
      words="They cannot sign in and are not paged. Their turns in schedules stay theirs and are gaps. They can be enabled again."
    >
      <ConfirmButton
        label="Disable"
        title={`Disable ${person.name}`}
        loses={`${person.name} is signed out everywhere at once, cannot sign in, and is not paged any more. Open password links stop working. What they did stays in timelines and in the audit log. They can be enabled again.`}
        disabledReason={notAllowed}
        onConfirm={() => update.mutateAsync({ id: person.id, disabled: true })}
      />
    </Danger>
  )
}

function Delete({ person, notAllowed }: ActionProps) {
  const remove = useDeleteUser()
  const navigate = useNavigate()
  return (
    <Danger
      title="Delete"
      words="For good. Refused while a schedule or an escalation policy names them; what stands in the way is listed."
    >
      <ConfirmButton
        label="Delete person"
        title={`Delete ${person.name}`}
        loses="Their contact methods, notification rules and sign-in are lost for good. What they did keeps their name in timelines and in the audit log."
        typeToConfirm={person.name}
        disabledReason={notAllowed}
        onConfirm={async () => {
          await remove.mutateAsync(person.id)
          await navigate({ ...paths.people(), replace: true })
        }}
      />
    </Danger>
  )
}
