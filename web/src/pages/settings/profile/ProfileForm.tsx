import { Stack, TextInput } from '@mantine/core'
import { UpdateProfile } from '#contract/people.ts'
import { useUpdateProfile } from '../../../api/me.ts'
import { Form, SaveButton } from '../../../forms/Form.tsx'
import { TimeZoneField } from '../../../forms/TimeZoneField.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { FIELD_WIDTH } from '../../../forms/widths.ts'

/** What others see of somebody, and in which zone they are told times. */
export function ProfileForm({ name, timeZone }: { name: string; timeZone: string }) {
  const update = useUpdateProfile()
  const { form, field } = useForm({
    schema: UpdateProfile.pick({ name: true, timeZone: true }),
    initial: { name, timeZone },
    onSubmit: (profile) => update.mutateAsync(profile),
  })
  return (
    <Form form={form} aria-label="Name and time zone" actions={<SaveButton form={form} />}>
      <Stack gap="md" mt="sm">
        <TextInput
          {...field('name')}
          label="Name"
          description="Others see it beside what you do"
          autoComplete="name"
          maw={FIELD_WIDTH}
        />
        <TimeZoneField {...field('timeZone')} description="Messages and calls tell you times in it" />
      </Stack>
    </Form>
  )
}
