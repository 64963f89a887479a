import { Modal, TextInput } from '@mantine/core'
import type { z } from 'zod'
import { PutTeam, type TeamView } from '#contract/teams.ts'
import { useSaveTeam } from '../../../api/teams.ts'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { type MemberDraft, TeamMembers } from './TeamMembers.tsx'

type Props = { team?: TeamView; isOpen: boolean; onClose: () => void }

/** Asks how a team is called, who is in it and who leads it. */
export const TeamDialog = ({ team, isOpen, onClose }: Props) => (
  <Modal
    opened={isOpen}
    onClose={onClose}
    title={team ? `Edit ${team.name}` : 'Create team'}
    centered
    size={480}
  >
    <TeamForm {...(team && { team })} onClose={onClose} />
  </Modal>
)

function TeamForm({ team, onClose }: Pick<Props, 'team' | 'onClose'>) {
  const save = useSaveTeam(team?.id)
  const { form, field } = useForm({
    schema: PutTeam as z.ZodType<z.output<typeof PutTeam>>,
    initial: {
      name: team?.name ?? '',
      members: (team?.members ?? []).map(({ userId, lead }) => ({ userId, lead })) as MemberDraft[],
    },
    onSubmit: async (changed) => {
      await save.mutateAsync(changed)
      onClose()
    },
  })
  return (
    <Form
      form={form}
      actions={
        <SubmitButton form={form} fullWidth>
          {team ? 'Save' : 'Create team'}
        </SubmitButton>
      }
    >
      <TextInput {...field('name')} label="Name" placeholder="Platform" autoComplete="off" data-autofocus />
      <TeamMembers {...field('members')} />
    </Form>
  )
}
