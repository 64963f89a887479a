import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core'
import { CreateApiKey, Scope } from '#contract/people.ts'
import { useCreateApiKey } from '../../../api/people.ts'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { ShownOnce } from '../../../forms/ShownOnce.tsx'
import { useForm } from '../../../forms/use-form.ts'
import styles from '../settings.module.css'
import { isIncluded, neededScopes, scopeWords } from './scopes.ts'

/** Asks what the key is for, then shows it once. */
export const CreateKey = ({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) => (
  <Modal opened={isOpen} onClose={onClose} title="Create API key" centered closeOnClickOutside={false}>
    <NewKey onClose={onClose} />
  </Modal>
)

function NewKey({ onClose }: { onClose: () => void }) {
  const create = useCreateApiKey()
  const { form, field } = useForm({
    schema: CreateApiKey,
    initial: { name: '', scopes: ['read'] as Scope[] },
    onSubmit: ({ name, scopes }) => create.mutateAsync({ name, scopes: neededScopes(scopes) }),
  })
  if (create.data) return <Created apiKey={create.data.key} onClose={onClose} />
  return (
    <Form
      form={form}
      actions={
        <SubmitButton form={form} fullWidth>
          Create API key
        </SubmitButton>
      }
    >
      <TextInput
        {...field('name')}
        label="Name"
        description="Which program it is for; stands beside what it does"
        placeholder="deploy-bot"
        autoComplete="off"
        data-autofocus
      />
      <Scopes {...field('scopes')} />
    </Form>
  )
}

type ScopesProps = { value: Scope[]; error: string | undefined; onChange: (scopes: Scope[]) => void }

const Scopes = ({ value, error, onChange }: ScopesProps) => (
  <fieldset className={styles.group}>
    <legend className={styles.legend}>What it may do</legend>
    {Scope.options.map((scope) => {
      const included = isIncluded(scope, value)
      return (
        <Checkbox
          key={scope}
          label={scopeWords[scope].name}
          description={scopeWords[scope].description}
          checked={included || value.includes(scope)}
          disabled={included}
          onChange={({ currentTarget }) =>
            onChange(currentTarget.checked ? [...value, scope] : value.filter((one) => one !== scope))
          }
        />
      )
    })}
    {error && <p className={styles.error}>{error}</p>}
  </fieldset>
)

const Created = ({ apiKey, onClose }: { apiKey: string; onClose: () => void }) => (
  <Stack gap="md">
    <ShownOnce value={apiKey} what="API key">
      Shown only now; only its hash is kept. The program sends it as <code>Authorization: Bearer</code> and
      then the key.
    </ShownOnce>
    <Group justify="flex-end">
      <Button onClick={onClose}>I have copied it</Button>
    </Group>
  </Stack>
)
