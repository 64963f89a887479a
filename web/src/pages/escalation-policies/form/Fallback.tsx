import { MultiSelect } from '@mantine/core'
import { Choices } from '../../../forms/Choices.tsx'
import { useTargetChoices } from './choices.ts'
import styles from './form.module.css'

type Props = {
  name: string
  value: string[] | null
  error: string | undefined
  onChange: (fallback: string[] | null) => void
}

const choices = [
  {
    value: 'administrators',
    title: 'Tell the administrators',
    description: 'All of them, by their own notification rules',
  },
  { value: 'others', title: 'Page somebody else', description: 'Once, as a last resort' },
] as const

/** Who is paged when it ends without an answer. */
export function Fallback({ name, value, error, onChange }: Props) {
  const data = useTargetChoices()
  return (
    <div className={styles.fallback}>
      <Choices
        legend="When it ends without an answer"
        name={name}
        choices={choices}
        value={value ? 'others' : 'administrators'}
        onChange={(chosen) => onChange(chosen === 'others' ? [] : null)}
      />
      {value && (
        <MultiSelect
          label="Page at the end"
          searchable
          data={data}
          value={value}
          error={error}
          onChange={onChange}
          nothingFoundMessage="Nothing has this name"
        />
      )}
    </div>
  )
}
