import { Button, type ButtonProps, Group, Modal, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useState } from 'react'
import { ActionButton } from './ActionButton.tsx'
import { ErrorNote } from './ErrorNote.tsx'

type Props = ButtonProps & {
  /** What the button says: "Delete service". */
  label: string
  title: string
  /** Exactly what is lost, and what is not. */
  loses: React.ReactNode
  /** For what cannot be brought back: the words to type before it can be confirmed. */
  typeToConfirm?: string
  onConfirm: () => Promise<unknown>
  disabledReason?: string | undefined
}

/** For what cannot be undone: names what is lost, then asks. Closes by itself when it succeeds. */
export function ConfirmButton({
  label,
  title,
  loses,
  typeToConfirm,
  onConfirm,
  disabledReason,
  ...button
}: Props) {
  const [isOpen, { open, close }] = useDisclosure(false)
  return (
    <>
      <ActionButton {...button} onClick={open} disabledReason={disabledReason}>
        {label}
      </ActionButton>
      <Modal opened={isOpen} onClose={close} title={title} centered>
        <Confirmation {...{ label, loses, typeToConfirm, onConfirm, close }} />
      </Modal>
    </>
  )
}

type ConfirmationProps = Pick<Props, 'label' | 'loses' | 'onConfirm'> & {
  typeToConfirm: string | undefined
  close: () => void
}

function Confirmation({ label, loses, typeToConfirm, onConfirm, close }: ConfirmationProps) {
  const [typed, setTyped] = useState('')
  const [error, setError] = useState<Error | null>(null)
  const [isBusy, setBusy] = useState(false)
  const isMissing = typeToConfirm !== undefined && typed !== typeToConfirm

  async function confirm() {
    setBusy(true)
    setError(null)
    try {
      await onConfirm()
      close()
    } catch (caught) {
      setError(caught instanceof Error ? caught : new Error(String(caught)))
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!isMissing) void confirm()
      }}
    >
      <div>{loses}</div>
      {typeToConfirm !== undefined && (
        <TextInput
          mt="md"
          label={`Type "${typeToConfirm}" to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
      )}
      <ErrorNote error={error} />
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" variant="filled" color="raspberry" loading={isBusy} disabled={isMissing}>
          {label}
        </Button>
      </Group>
    </form>
  )
}
