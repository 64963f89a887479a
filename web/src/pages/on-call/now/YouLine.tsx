import { IconMoonStars, IconPhoneCall } from '@tabler/icons-react'
import type { OnCallEntry } from '#contract/schedules.ts'
import { useMe } from '../../../api/me.ts'
import { agoWords, momentWords } from '../../../ui/time-words.ts'
import { useNow } from '../../../ui/use-now.ts'
import styles from '../on-call.module.css'
import { standingOf } from './you.ts'

/** The answer to the first question: am I on call, and until when? In the reader's own time. */
export function YouLine({ entries }: { entries: readonly OnCallEntry[] }) {
  const now = useNow()
  const standing = standingOf(entries, useMe().id)
  const isOnCall = standing.state === 'on call'
  const Icon = isOnCall ? IconPhoneCall : IconMoonStars
  return (
    <p className={styles.you} data-on-call={isOnCall || undefined}>
      <Icon size={24} stroke={1.5} aria-hidden="true" />
      <span>{wordsOf(standing, now)}</span>
    </p>
  )
}

function wordsOf(standing: ReturnType<typeof standingOf>, now: Date) {
  switch (standing.state) {
    case 'on call':
      return (
        <>
          <strong>
            You are on call
            {standing.until && ` until ${momentWords(standing.until, now)}`}
          </strong>
          <small>
            {standing.entries.map(({ scheduleName }) => scheduleName).join(', ')}
            {standing.until ? ` · ends ${agoWords(standing.until, now)}` : ' · no end in sight'}
          </small>
        </>
      )
    case 'next':
      return (
        <>
          <strong>You are not on call. Next: {momentWords(standing.from, now)}</strong>
          <small>
            {standing.entry.scheduleName} · {agoWords(standing.from, now)}
          </small>
        </>
      )
    case 'free':
      return (
        <>
          <strong>You are not on call</strong>
          <small>Nor do you follow anybody who is.</small>
        </>
      )
  }
}
