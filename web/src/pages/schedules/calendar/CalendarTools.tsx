import { ActionIcon, Button, Group, SegmentedControl } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import styles from './calendar.module.css'
import { type CalendarView, rangeOf, step } from './range.ts'

type Props = {
  view: CalendarView
  /** A day within what is shown. */
  day: string
  today: string
  onChange: (to: { view?: CalendarView; day?: string }) => void
}

/** Which week or month is shown, and the way to others. */
export function CalendarTools({ view, day, today, onChange }: Props) {
  const { title } = rangeOf(view, day)
  return (
    <div className={styles.tools}>
      <Group gap={8} wrap="nowrap">
        <Button flex="none" onClick={() => onChange({ day: today })}>
          Today
        </Button>
        <Group gap={0} wrap="nowrap">
          <ActionIcon
            aria-label={`The ${view} before`}
            onClick={() => onChange({ day: step(view, day, -1) })}
          >
            <IconChevronLeft size={18} aria-hidden="true" />
          </ActionIcon>
          <ActionIcon aria-label={`The ${view} after`} onClick={() => onChange({ day: step(view, day, 1) })}>
            <IconChevronRight size={18} aria-hidden="true" />
          </ActionIcon>
        </Group>
      </Group>
      <h2 className={styles.title} aria-live="polite">
        {title}
      </h2>
      <SegmentedControl
        size="xs"
        aria-label="How much is shown"
        value={view}
        onChange={(chosen) => onChange({ view: chosen as CalendarView })}
        data={[
          { value: 'week', label: 'Week' },
          { value: 'month', label: 'Month' },
        ]}
      />
    </div>
  )
}
