import type { DeliveryOutcome, IntegrationHealth } from '#contract/integrations.ts'
import { totalsOf } from '../health-words.ts'
import { axisTop, columnsOf, HOURS_BETWEEN_LABELS } from './chart.ts'
import styles from './DayChart.module.css'
import { DayTable } from './DayTable.tsx'
import outcomes from './outcomes.module.css'

type Hours = IntegrationHealth['hours']

const names = {
  accepted: 'Accepted',
  ignored: 'Ignored',
  rejected: 'Rejected',
} as const satisfies Record<DeliveryOutcome, string>
const order = Object.keys(names) as DeliveryOutcome[]

/** A day of deliveries, an hour a bar, by what became of them; the same as a table below. */
export function DayChart({ hours }: { hours: Hours }) {
  const totals = totalsOf({ hours })
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.legend}>
        {order.map((outcome) => (
          <span key={outcome} className={styles.entry}>
            <span className={`${styles.swatch} ${outcomes[outcome]}`} aria-hidden="true" />
            {names[outcome]} <strong>{totals[outcome]}</strong>
          </span>
        ))}
        <span className={styles.unit}>deliveries per hour</span>
      </figcaption>
      <Bars hours={hours} />
      <DayTable hours={hours} />
    </figure>
  )
}

function Bars({ hours }: { hours: Hours }) {
  const top = axisTop(hours)
  return (
    <div className={styles.plot} aria-hidden="true">
      <div className={styles.axis}>
        <span>{top}</span>
        <span>{top / 2}</span>
        <span>0</span>
      </div>
      <div className={styles.bars}>
        {columnsOf(hours, top).map(({ hour, label, title, heights }, index) => (
          <div key={hour} className={styles.column} title={title}>
            <div className={styles.stack}>
              {order
                .toReversed()
                .map(
                  (outcome) =>
                    heights[outcome] > 0 && (
                      <div
                        key={outcome}
                        className={`${styles.bar} ${outcomes[outcome]}`}
                        style={{ height: `${heights[outcome]}%` }}
                      />
                    ),
                )}
            </div>
            <span className={styles.hour}>{index % HOURS_BETWEEN_LABELS === 0 && label}</span>
          </div>
        ))}
      </div>
    </div>
  )
}
