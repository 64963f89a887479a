import { IconMoonStars, IconPhoneCall } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { OnCallEntry } from '#contract/schedules.ts'
import { useMe } from '../../../api/me.ts'
import { upcomingShifts } from '../../../api/upcoming-shifts.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { agoWords, momentWords } from '../../../ui/time-words.ts'
import { useNow } from '../../../ui/use-now.ts'
import styles from '../on-call.module.css'
import { onCallOf } from './you.ts'

/** The answer to the first question: am I on call, and until when? In the reader's own time. */
export function YouLine({ entries }: { entries: readonly OnCallEntry[] }) {
  const onCall = onCallOf(entries, useMe().id)
  const Icon = onCall ? IconPhoneCall : IconMoonStars
  return (
    <p className={styles.you} data-on-call={onCall !== null || undefined}>
      <Icon size={24} stroke={1.5} aria-hidden="true" />
      <span className={styles.words}>{onCall ? <OnCall {...onCall} /> : <Free />}</span>
      <TextLink {...paths.profile()}>Your shifts</TextLink>
    </p>
  )
}

function OnCall({ entries, until }: NonNullable<ReturnType<typeof onCallOf>>) {
  const now = useNow()
  return (
    <>
      <strong>You are on call{until && ` until ${momentWords(until, now)}`}</strong>
      <small>
        {entries.map(({ scheduleName }) => scheduleName).join(', ')}
        {until ? ` · ends ${agoWords(until, now)}` : ' · no end in sight'}
      </small>
    </>
  )
}

function Free() {
  const now = useNow()
  const next = useQuery(upcomingShifts(useMe().id)).data?.[0]
  const start = next && new Date(next.start)
  return (
    <>
      <strong>You are not on call{start && `. Next: ${momentWords(start, now)}`}</strong>
      <small>
        {start ? `${next.scheduleName} · begins ${agoWords(start, now)}` : 'No shift of yours is in sight.'}
      </small>
    </>
  )
}
