import { Select, Stack } from '@mantine/core'
import { useState } from 'react'
import type { ScheduleView } from '#contract/schedules.ts'
import { usePeople } from '../../../api/directory.ts'
import { useMe, useReasonAgainst } from '../../../api/me.ts'
import { useRequestSwap } from '../../../api/on-call.ts'
import { useCreateOverride } from '../../../api/schedules.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { tell } from '../../../ui/toasts.tsx'
import type { Stretch } from '../calendar/pieces.ts'
import { usePeopleWords } from '../calendar/words.ts'
import styles from './shift.module.css'

type Props = { schedule: ScheduleView; stretch: Stretch; onDone: () => void }

/** Taking a shift, or giving one's own away. */
export function ShiftActions(props: Props) {
  const me = useMe()
  const { kind, userIds } = props.stretch
  if (kind === 'gap') return <TakeGap {...props} />
  return userIds.includes(me.id) ? <GiveAway {...props} /> : <TakeShift {...props} />
}

const times = ({ start, end }: Stretch) => ({ start: start.toISOString(), end: end.toISOString() })

/** Nobody gives it away, so nobody is asked. */
function TakeGap({ schedule, stretch, onDone }: Props) {
  const me = useMe()
  const create = useCreateOverride(schedule.id)
  const take = () =>
    create.mutate(
      { ...times(stretch), userId: me.id },
      {
        onSuccess: () => {
          tell('You are on call then', `${schedule.name} has no gap there any more.`)
          onDone()
        },
      },
    )
  return (
    <Stack gap="sm" align="flex-start">
      <ActionButton
        variant="filled"
        onClick={take}
        loading={create.isPending}
        disabledReason={useReasonAgainst('act')}
      >
        Take this shift
      </ActionButton>
      <ErrorNote error={create.error} />
    </Stack>
  )
}

function TakeShift({ schedule, stretch, onDone }: Props) {
  const { nameOf } = usePeopleWords()
  const request = useRequestSwap(schedule.id)
  const take = (fromUserId: string) =>
    request.mutate(
      { ...times(stretch), fromUserId },
      {
        onSuccess: () => {
          tell(
            `${nameOf(fromUserId)} was asked`,
            'The shift is yours once they agree; until then it is theirs.',
          )
          onDone()
        },
      },
    )
  const isShared = stretch.userIds.length > 1
  return (
    <Stack gap="sm" align="flex-start">
      {stretch.userIds.map((userId) => (
        <ActionButton key={userId} variant="filled" onClick={() => take(userId)} loading={request.isPending}>
          {isShared ? `Take this shift from ${nameOf(userId)}` : 'Take this shift'}
        </ActionButton>
      ))}
      <p className={styles.quiet}>
        {isShared ? 'Whoever has it' : nameOf(stretch.userIds[0]!)} is asked, and keeps it until they agree.
      </p>
      <ErrorNote error={request.error} />
    </Stack>
  )
}

function GiveAway({ schedule, stretch, onDone }: Props) {
  const me = useMe()
  const people = usePeople().filter(({ id }) => !stretch.userIds.includes(id))
  const request = useRequestSwap(schedule.id)
  const [toUserId, setTo] = useState<string | null>(null)
  const ask = () =>
    request.mutate(
      { ...times(stretch), fromUserId: me.id, toUserId: toUserId! },
      {
        onSuccess: () => {
          tell('They were asked', 'The shift is yours until they agree.')
          onDone()
        },
      },
    )
  return (
    <Stack gap="sm">
      <div className={styles.give}>
        <Select
          label="Give this shift to"
          placeholder="Choose a person"
          searchable
          data={people.map(({ id, name }) => ({ value: id, label: name }))}
          value={toUserId}
          onChange={setTo}
          className={styles.grow!}
        />
        <ActionButton
          variant="filled"
          onClick={ask}
          loading={request.isPending}
          disabledReason={toUserId ? undefined : 'Choose a person first'}
        >
          Ask
        </ActionButton>
      </div>
      <ErrorNote error={request.error} />
    </Stack>
  )
}
