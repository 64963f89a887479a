import { IconBellOff } from '@tabler/icons-react'
import type { Urgency } from '#contract/common.ts'
import { channelWords } from '../../../ui/channels.ts'
import styles from './reach.module.css'
import { isReached, type RuleStep, skippedOf } from './rules.ts'

type Props = { steps: readonly RuleStep[]; urgency: Urgency; isMine: boolean }

/** What of the rules comes to nothing, and why; loud when nothing is left. */
export function Skipped({ steps, urgency, isMine }: Props) {
  const skipped = skippedOf(steps)
  return (
    <>
      {skipped.map(({ method, why }) => (
        <p key={method.id} className={styles.skipped}>
          {channelWords[method.channel].name} {method.label ?? method.address} is skipped: {why}
        </p>
      ))}
      {!isReached(steps) && (
        <p className={styles.unreached}>
          <IconBellOff size={16} aria-hidden="true" /> Nothing reaches {isMine ? 'you' : 'this person'} for
          incidents of {urgency} urgency.
        </p>
      )}
    </>
  )
}
