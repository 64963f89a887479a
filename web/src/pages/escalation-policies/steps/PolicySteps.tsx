import { IconBellRinging, IconFlag, IconRepeat } from '@tabler/icons-react'
import type { EscalationPolicyView } from '#contract/escalation-policies.ts'
import { counted } from '../../../forms/counted.ts'
import styles from './steps.module.css'
import { Targets } from './Targets.tsx'
import { afterWords, minuteWords, timesOf } from './times.ts'

export type Drawn = Pick<EscalationPolicyView, 'repeat' | 'steps' | 'fallback'>

/** What happens when nobody answers, from the first page to the end, along a line of time. */
export function PolicySteps({ policy }: { policy: Drawn }) {
  const { repeat, steps, fallback } = policy
  const times = timesOf(policy)
  return (
    <ol className={styles.timeline} aria-label="What happens until somebody acknowledges">
      <li className={styles.event}>
        <span className={styles.mark}>
          <IconBellRinging size={16} aria-hidden="true" />
        </span>
        <div className={styles.words}>An incident opens</div>
      </li>
      {steps.map(({ waitMinutes, targets }, index) => (
        <li key={`${index}-${waitMinutes}`} className={styles.event} data-step>
          <span className={styles.time}>{afterWords(times.steps[index]!)}</span>
          <span className={styles.mark}>
            <span aria-hidden="true">{index + 1}</span>
          </span>
          <div className={styles.words}>
            <div className={styles.title}>
              Step {index + 1}
              <span className={styles.quiet}>{waitWords(index, waitMinutes)}</span>
            </div>
            <Targets targets={targets} />
          </div>
        </li>
      ))}
      {repeat > 0 && (
        <li className={styles.event}>
          <span className={styles.time}>{afterWords(times.roundMinutes)}</span>
          <span className={styles.mark}>
            <IconRepeat size={16} aria-hidden="true" />
          </span>
          <div className={styles.words}>
            <div className={styles.title}>Again from step 1</div>
            <span className={styles.quiet}>
              {counted(repeat, 'more time')}, every {minuteWords(times.roundMinutes)}
            </span>
          </div>
        </li>
      )}
      <li className={styles.event}>
        <span className={styles.time}>{afterWords(times.endMinutes)}</span>
        <span className={styles.mark}>
          <IconFlag size={16} aria-hidden="true" />
        </span>
        <div className={styles.words}>
          <div className={styles.title}>Still no answer: the end</div>
          {fallback ? (
            <>
              <Targets targets={fallback} />
              <span className={styles.quiet}>Then nobody more is paged; the incident says so.</span>
            </>
          ) : (
            <span className={styles.quiet}>
              The administrators are told, then nobody more is paged; the incident says so.
            </span>
          )}
        </div>
      </li>
    </ol>
  )
}

function waitWords(index: number, waitMinutes: number): string {
  if (index === 0) return ''
  return waitMinutes === 0
    ? 'together with the step before'
    : `${minuteWords(waitMinutes)} later, unless acknowledged`
}
