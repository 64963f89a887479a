import { Button, Group, Modal, Stack } from '@mantine/core'
import { useState } from 'react'
import type { ScheduleView } from '#contract/schedules.ts'
import { may, useMe } from '../../../api/me.ts'
import { useNow } from '../../../ui/use-now.ts'
import type { Stretch } from '../calendar/pieces.ts'
import { lengthWords, usePeopleWords } from '../calendar/words.ts'
import { OverrideForm } from './OverrideForm.tsx'
import { type Part, PartFields } from './PartFields.tsx'
import { ShiftActions } from './ShiftActions.tsx'
import { ShiftOverrides } from './ShiftOverrides.tsx'
import { SpanWords } from './SpanWords.tsx'
import styles from './shift.module.css'

type Props = {
  schedule: ScheduleView
  /** The shift or gap that was pressed; null: the dialog is closed. */
  stretch: Stretch | null
  onClose: () => void
}

/** One shift, or a gap: who, when, and what can be done about it. */
export function ShiftDialog({ schedule, stretch, onClose }: Props) {
  const { namesOf } = usePeopleWords()
  const [shown, setShown] = useState(stretch)
  // While the dialog fades, it still says what it said.
  if (stretch && stretch !== shown) setShown(stretch)
  return (
    <Modal
      opened={stretch !== null}
      onClose={onClose}
      title={shown?.kind === 'gap' ? 'Nobody is on call' : namesOf(shown?.userIds ?? [])}
      centered
      size={480}
    >
      {shown && <Shift key={shown.start.getTime()} schedule={schedule} stretch={shown} onClose={onClose} />}
    </Modal>
  )
}

type ShiftProps = { schedule: ScheduleView; stretch: Stretch; onClose: () => void }

function Shift({ schedule, stretch, onClose }: ShiftProps) {
  const now = useNow()
  const isOver = stretch.end <= now
  return (
    <Stack gap="md">
      <div>
        <SpanWords zone={schedule.timeZone} start={stretch.start} end={stretch.end} />
        <div className={styles.quiet}>
          {lengthWords(stretch.start, stretch.end)} · {words[stretch.kind]}
        </div>
      </div>
      {isOver ? (
        <div className={styles.quiet}>This is over; what was cannot be changed.</div>
      ) : (
        <ToCome {...{ schedule, onClose }} stretch={leftOf(stretch, now)} />
      )}
    </Stack>
  )
}

/** What can be done about a shift, or about a part of it. */
function ToCome({ schedule, stretch, onClose }: ShiftProps) {
  const [part, setPart] = useState<Part | null>(null)
  const [isOverriding, setOverriding] = useState(false)
  const isAdmin = may(useMe(), 'configure')
  const chosen = part ? { ...stretch, ...part } : stretch
  if (isOverriding) return <OverrideForm schedule={schedule} stretch={chosen} onDone={onClose} />
  return (
    <>
      <ShiftOverrides schedule={schedule} stretch={stretch} onDone={onClose} />
      {part && <PartFields zone={schedule.timeZone} part={part} onChange={setPart} />}
      <ShiftActions schedule={schedule} stretch={chosen} onDone={onClose} />
      <Group gap="sm">
        {!part && (
          <Button onClick={() => setPart({ start: stretch.start, end: stretch.end })}>
            Only a part of it…
          </Button>
        )}
        {isAdmin && (
          <Button onClick={() => setOverriding(true)}>
            {stretch.kind === 'gap' ? 'Put somebody in…' : 'Override…'}
          </Button>
        )}
      </Group>
    </>
  )
}

const words = {
  rotation: 'from a rotation',
  override: 'by an override',
  gap: 'an incident would reach nobody through this schedule',
} as const satisfies Record<Stretch['kind'], string>

/** A shift that has begun is taken from the next minute on. */
const leftOf = (stretch: Stretch, now: Date): Stretch =>
  stretch.start >= now ? stretch : { ...stretch, start: new Date(Math.ceil(now.getTime() / 60_000) * 60_000) }
