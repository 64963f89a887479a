import type { IntegrationHealth } from '#contract/integrations.ts'
import styles from '../health/outcomes.module.css'

const BAR = 4
const GAP = 1
const HEIGHT = 20

/** A day of deliveries in the height of a line, hour by hour; the words beside it say the numbers. */
export function Sparkline({ hours }: Pick<IntegrationHealth, 'hours'>) {
  const most = Math.max(1, ...hours.map(({ accepted, ignored, rejected }) => accepted + ignored + rejected))
  const tall = (count: number) => (count === 0 ? 0 : Math.max(2, (count / most) * HEIGHT))
  return (
    <svg width={hours.length * (BAR + GAP)} height={HEIGHT} className={styles.sparkline} aria-hidden="true">
      {hours.map(({ hour, accepted, ignored, rejected }, index) => (
        <g key={hour} transform={`translate(${index * (BAR + GAP)} 0)`}>
          <rect y={HEIGHT - 1} width={BAR} height={1} className={styles.base} />
          <rect
            y={HEIGHT - tall(accepted + ignored + rejected)}
            width={BAR}
            height={tall(accepted + ignored + rejected)}
            className={rejected > 0 ? styles.rejected : accepted > 0 ? styles.accepted : styles.ignored}
          />
        </g>
      ))}
    </svg>
  )
}
