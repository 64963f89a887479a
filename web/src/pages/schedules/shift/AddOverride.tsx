import { Modal } from '@mantine/core'
import { useState } from 'react'
import type { ScheduleView } from '#contract/schedules.ts'
import { OverrideForm } from './OverrideForm.tsx'

type Props = { schedule: ScheduleView; isOpen: boolean; onClose: () => void }

/** Asks who is on call instead of whom, from when to when. */
export const AddOverride = ({ schedule, isOpen, onClose }: Props) => (
  <Modal opened={isOpen} onClose={onClose} title="Add override" centered size={480}>
    <NextHours schedule={schedule} onDone={onClose} />
  </Modal>
)

const HOUR_MS = 3_600_000
const PROPOSED_HOURS = 8

function NextHours({ schedule, onDone }: { schedule: ScheduleView; onDone: () => void }) {
  const [start] = useState(() => new Date(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS))
  const members = [...new Set(schedule.rotations.flatMap(({ members }) => members))]
  return (
    <OverrideForm
      schedule={schedule}
      stretch={{ start, end: new Date(start.getTime() + PROPOSED_HOURS * HOUR_MS), userIds: members }}
      onDone={onDone}
    />
  )
}
