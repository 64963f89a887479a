import { useDisclosure } from '@mantine/hooks'
import type { TeamView } from '#contract/teams.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useDeleteTeam } from '../../../api/teams.ts'
import { counted } from '../../../forms/counted.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'
import { Row } from '../../../ui/Rows.tsx'
import { TeamDialog } from './TeamDialog.tsx'
import { membersWords } from './words.ts'

/** A team: who is in it, who leads it. */
export function TeamRow({ team }: { team: TeamView }) {
  const [isEditing, { open, close }] = useDisclosure(false)
  const notAllowed = useReasonAgainst('configure')
  const remove = useDeleteTeam(team.id)
  const { name, members } = team
  return (
    <Row
      title={name}
      description={membersWords(members)}
      facts={counted(members.length, 'member')}
      actions={
        <>
          <ActionButton size="xs" onClick={open} disabledReason={notAllowed} aria-label={`Edit ${name}`}>
            Edit
          </ActionButton>
          <ConfirmButton
            size="xs"
            label="Delete"
            title={`Delete ${name}`}
            loses={`The team goes; its ${counted(members.length, 'member')} stay. A policy that pages it must be changed first.`}
            disabledReason={notAllowed}
            onConfirm={() => remove.mutateAsync()}
          />
          <TeamDialog team={team} isOpen={isEditing} onClose={close} />
        </>
      }
    />
  )
}
