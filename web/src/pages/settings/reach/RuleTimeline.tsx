import { ChannelIcon } from '../../../ui/ChannelIcon.tsx'
import { channelWords } from '../../../ui/channels.ts'
import styles from './reach.module.css'
import { delayWords, type RuleStep, whySkipped } from './rules.ts'

/** The steps from left to right, as time goes by; what is passed over is struck out. */
export const RuleTimeline = ({ steps, label }: { steps: readonly RuleStep[]; label: string }) => (
  <ol className={styles.timeline} aria-label={label}>
    {steps.map(({ delayMinutes, methods }) => (
      <li key={delayMinutes} className={styles.moment}>
        <span className={styles.delay}>{delayWords(delayMinutes)}</span>
        <ul className={styles.ways}>
          {methods.map((method) => {
            const isSkipped = whySkipped(method) !== null
            return (
              <li key={method.id} className={styles.way} data-skipped={isSkipped || undefined}>
                <ChannelIcon channel={method.channel} size={14} />
                <span className={styles.wayName}>
                  {channelWords[method.channel].name}
                  {isSkipped && ' (skipped)'}
                  <span className={styles.wayAddress}>{method.label ?? method.address}</span>
                </span>
              </li>
            )
          })}
        </ul>
      </li>
    ))}
  </ol>
)
