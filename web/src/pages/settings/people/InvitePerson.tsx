import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { z } from 'zod'
import { CreateUser, Role } from '#contract/people.ts'
import { useInvite } from '../../../api/people.ts'
import { Choices } from '../../../forms/Choices.tsx'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { TimeZoneField } from '../../../forms/TimeZoneField.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { ownZone } from '../../../time/zones.ts'
import { InvitationLink } from './InvitationLink.tsx'
import { roleWords } from './roles.ts'

/** Asks whom to invite, then shows the link to hand over. */
export const InvitePerson = ({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) => (
  <Modal opened={isOpen} onClose={onClose} title="Invite somebody" centered closeOnClickOutside={false}>
    <Invitation onClose={onClose} />
  </Modal>
)

const Invitee = CreateUser.omit({ locale: true }).extend({
  name: z.preprocess((name) => name || undefined, CreateUser.shape.name),
})

const roleChoices = Role.options.toReversed().map((role) => ({
  value: role,
  title: roleWords[role].name,
  description: roleWords[role].description,
}))

function Invitation({ onClose }: { onClose: () => void }) {
  const invite = useInvite()
  const { form, field } = useForm({
    schema: Invitee,
    initial: { email: '', name: '', role: 'responder' as Role, timeZone: ownZone() },
    onSubmit: (person) => invite.mutateAsync(person),
  })
  if (invite.data) {
    return (
      <Stack gap="md">
        <InvitationLink invitation={invite.data} />
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    )
  }
  return (
    <Form
      form={form}
      actions={
        <SubmitButton form={form} fullWidth>
          Make invitation link
        </SubmitButton>
      }
    >
      <TextInput {...field('email')} label="E-mail" type="email" autoComplete="off" data-autofocus />
      <TextInput
        {...field('name')}
        label="Name"
        description="They can change it; may be left empty"
        autoComplete="off"
      />
      <Choices {...field('role')} legend="Role" choices={roleChoices} />
      <TimeZoneField {...field('timeZone')} description="They are told times in it, and can change it" />
    </Form>
  )
}
