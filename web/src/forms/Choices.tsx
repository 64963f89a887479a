import { Radio } from '@mantine/core'
import type { TablerIcon } from '@tabler/icons-react'
import { useId } from 'react'
import styles from './Choices.module.css'

export type Choice<Value extends string> = {
  value: Value
  title: string
  /** What follows from it. */
  description: React.ReactNode
  icon?: TablerIcon
}

type Props<Value extends string> = {
  legend: string
  name: string
  choices: readonly Choice<Value>[]
  value: Value
  error?: string | undefined
  onChange: (value: Value) => void
}

/** One of a few things, each explained. */
export function Choices<Value extends string>(props: Props<Value>) {
  const { legend, name, choices, value, error, onChange } = props
  const group = useId()
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{legend}</legend>
      {choices.map((choice) => (
        <ChoiceCard
          key={choice.value}
          choice={choice}
          name={`${group}-${name}`}
          isChosen={choice.value === value}
          onChoose={() => onChange(choice.value)}
        />
      ))}
      {error && <p className={styles.error}>{error}</p>}
    </fieldset>
  )
}

type CardProps<Value extends string> = {
  choice: Choice<Value>
  name: string
  isChosen: boolean
  onChoose: () => void
}

function ChoiceCard<Value extends string>({ choice, name, isChosen, onChoose }: CardProps<Value>) {
  const id = useId()
  const { title, description, icon: Icon } = choice
  return (
    <label className={styles.card} data-chosen={isChosen || undefined} htmlFor={id}>
      <Radio
        id={id}
        name={name}
        checked={isChosen}
        onChange={onChoose}
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-description`}
        className={styles.radio!}
      />
      <span className={styles.words}>
        <span id={`${id}-title`} className={styles.title}>
          {Icon && <Icon size={18} stroke={1.75} aria-hidden="true" />}
          {title}
        </span>
        <span id={`${id}-description`} className={styles.description}>
          {description}
        </span>
      </span>
    </label>
  )
}
