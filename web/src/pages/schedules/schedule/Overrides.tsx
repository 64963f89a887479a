import type { ScheduleView } from '#contract/schedules.ts'
import { Section } from '../../../ui/Page.tsx'
import { Rows } from '../../../ui/Rows.tsx'
import { OverrideLine } from '../shift/OverrideLine.tsx'
import styles from './schedule.module.css'

/** What was changed by hand, and is not over. */
export const Overrides = ({ schedule }: { schedule: ScheduleView }) => (
  <Section flush title="Overrides" description="What was changed by hand, now and to come.">
    {schedule.overrides.length === 0 ? (
      <p className={styles.quiet}>
        Nothing was changed by hand. Press a shift in the calendar to take it, or to put somebody else in.
      </p>
    ) : (
      <Rows bare label="Overrides">
        {schedule.overrides.map((override) => (
          <OverrideLine key={override.id} schedule={schedule} override={override} />
        ))}
      </Rows>
    )}
  </Section>
)
