import { PasswordInput, Select, Textarea, TextInput } from '@mantine/core'
import type { ChannelField } from '#contract/channels.ts'
import { Coded } from '../ui/Coded.tsx'
import { FIELD_WIDTH } from './widths.ts'

type Change = React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>

type Props = {
  /** What the channel asks for. */
  asks: ChannelField
  name: string
  value: string
  error: string | undefined
  onChange: (given: string | Change) => void
  /** Of a secret: whether one is stored, which nobody is shown. */
  isStored?: boolean
}

const typeOfKind = { text: 'text', url: 'url', phone: 'tel', email: 'email' } as const
const modeOfKind = { text: 'text', url: 'url', phone: 'tel', email: 'email' } as const
const completeOfKind = { text: 'off', url: 'off', phone: 'tel', email: 'email' } as const

/** The input that fits what a channel asks for. */
export function ChannelFieldInput({ asks, isStored = false, ...field }: Props) {
  const { kind, label, help, placeholder, required, options = [] } = asks
  const shared = {
    ...field,
    label: required ? label : `${label} (optional)`,
    description: help && <Coded text={help} />,
    maw: FIELD_WIDTH,
  }
  switch (kind) {
    case 'secret':
      return (
        <PasswordInput
          {...shared}
          placeholder={isStored ? 'Stored; leave empty to keep it' : placeholder}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': `Show or hide ${label}`, tabIndex: 0 }}
        />
      )
    case 'choice':
      return (
        <Select
          {...shared}
          data={options}
          value={field.value || null}
          onChange={(value) => field.onChange(value ?? '')}
        />
      )
    case 'template':
      return (
        <Textarea
          {...shared}
          placeholder={placeholder}
          autosize
          minRows={3}
          maxRows={12}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
      )
    case 'text':
    case 'url':
    case 'phone':
    case 'email':
      return (
        <TextInput
          {...shared}
          type={typeOfKind[kind]}
          inputMode={modeOfKind[kind]}
          autoComplete={completeOfKind[kind]}
          placeholder={placeholder}
          spellCheck={false}
        />
      )
  }
}
