import '@mantine/dates/styles.layer.css'
import { DateTimePicker, TimePicker } from '@mantine/dates'
import { useId } from 'react'

type Props = {
  label: string
  name?: string
  /** Wall-clock time without a zone: `2026-11-23T09:00`; empty: none yet. */
  value: string
  error?: React.ReactNode
  description?: React.ReactNode
  onChange: (value: string) => void
  maw?: number
}

/** A day and a time, as clocks somewhere show them; only pages that need it load it. */
export function DateTimeField({ value, error, onChange, ...field }: Props) {
  const id = useId()
  return (
    <DateTimePicker
      {...field}
      id={id}
      error={error}
      aria-invalid={error ? true : undefined}
      value={value ? `${value.replace('T', ' ')}:00` : null}
      onChange={(chosen) => onChange(chosen ? chosen.slice(0, 16).replace(' ', 'T') : '')}
      valueFormat="ddd D MMM YYYY, HH:mm"
      placeholder="Choose a day and a time"
      highlightToday
      hideOutsideDates
      weekendDays={[]}
      // The same id, so that what opens is called as the field is.
      popoverProps={{ shadow: 'md', id }}
      submitButtonProps={{ 'aria-label': 'Take this day and time' }}
      timePickerProps={{ hoursInputLabel: 'Hours', minutesInputLabel: 'Minutes', 'aria-label': 'Time' }}
      getDayProps={(day) => ({ 'aria-label': dayLabel.format(new Date(`${day}T00:00Z`)) })}
      ariaLabels={{
        previousMonth: 'The month before',
        nextMonth: 'The month after',
        monthLevelControl: 'Choose a month',
        yearLevelControl: 'Choose a year',
      }}
    />
  )
}

const dayLabel = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' })

/** A time of day: `09:00`. */
export const TimeField = ({ label, value, error, onChange }: Omit<Props, 'name'>) => (
  <TimePicker
    label={label}
    error={error}
    value={value}
    onChange={(time) => onChange(time.slice(0, 5))}
    hoursInputLabel={`${label}, hours`}
    minutesInputLabel={`${label}, minutes`}
    w={104}
  />
)
