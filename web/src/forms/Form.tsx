import { Button, Stack } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { ActionButton } from '../ui/ActionButton.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import styles from './Form.module.css'
import type { FormState } from './use-form.ts'

type FormProps = {
  form: FormState
  /** The button, and what stands beside it. */
  actions: React.ReactNode
  children: React.ReactNode
  /** Why nothing can be changed: the fields show what is, and the button says why. */
  readOnlyReason?: string | undefined
  'aria-label'?: string
}

/** Fields, then what went wrong, then the button. Enter submits. */
export const Form = ({ form, actions, children, readOnlyReason, ...labels }: FormProps) => (
  <form ref={form.ref} noValidate onSubmit={form.onSubmit} {...labels}>
    <Stack gap="md">
      <fieldset disabled={readOnlyReason !== undefined} className={styles.fields}>
        <Stack gap="md">{children}</Stack>
      </fieldset>
      <ErrorNote error={form.error} />
      <div className={styles.actions}>{actions}</div>
    </Stack>
  </form>
)

type SubmitProps = {
  form: FormState
  children: React.ReactNode
  disabledReason?: string | undefined
  fullWidth?: boolean
}

export const SubmitButton = ({ form, children, disabledReason, fullWidth = false }: SubmitProps) =>
  disabledReason === undefined ? (
    <Button type="submit" variant="filled" loading={form.isBusy} fullWidth={fullWidth}>
      {children}
    </Button>
  ) : (
    <ActionButton disabledReason={disabledReason} fullWidth={fullWidth}>
      {children}
    </ActionButton>
  )

/** For settings: saves what was changed, and says when that is done. */
export const SaveButton = ({
  form,
  disabledReason,
  children = 'Save',
}: Omit<SubmitProps, 'children'> & { children?: React.ReactNode }) => (
  <>
    <SubmitButton
      form={form}
      disabledReason={disabledReason ?? (form.isChanged ? undefined : 'Nothing has changed')}
    >
      {children}
    </SubmitButton>
    <output className={styles.saved}>
      {form.savedCount > 0 && !form.isChanged && (
        <>
          <IconCheck size={16} aria-hidden="true" /> Saved
        </>
      )}
    </output>
  </>
)
