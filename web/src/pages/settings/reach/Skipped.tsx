import { IconBellOff } from '@tabler/icons-react'
import type { Urgency } from '#contract/common.ts'
import type { ContactMethodView } from '#contract/contact-methods.ts'
import { channelWords } from '../../../ui/channels.ts'
import styles from './reach.module.css'
import { isReached, type RuleStep, skippedOf, whySkipped } from './rules.ts'

type Props = {
  steps: readonly RuleStep[]
  /** Everything that there is, in the rules or not. */
  methods: readonly ContactMethodView[]
  urgency: Urgency
  isMine: boolean
}

/** What of the rules comes to nothing, and why; loud when nothing is left. */
export function Skipped({ steps, methods, urgency, isMine }: Props) {
  const usable = methods.filter((method) => whySkipped(method) === null)
  return (
    <>
      {skippedOf(steps).map(({ method, why }) => (
        <p key={method.id} className={styles.muted}>
          {nameOf(method)} is skipped: {why}
        </p>
      ))}
      {!isReached(steps) &&
        (usable.length > 0 ? (
          <p className={styles.plain}>
            That leaves nothing, so whatever works is used at once: {usable.map(nameOf).join(', ')}.
          </p>
        ) : (
          <p className={styles.unreached}>
            <IconBellOff size={16} aria-hidden="true" /> Nothing reaches {isMine ? 'you' : 'this person'} for
            incidents of {urgency} urgency.
          </p>
        ))}
    </>
  )
}

const nameOf = ({ channel, label, address }: ContactMethodView) =>
  `${channelWords[channel].name} ${label ?? address}`
