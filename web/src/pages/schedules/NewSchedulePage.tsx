import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '../../api/me.ts'
import { useSaveSchedule } from '../../api/schedules.ts'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { ownZone } from '../../time/zones.ts'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { newRotation } from './form/draft.ts'
import { ScheduleForm } from './form/ScheduleForm.tsx'

/** A schedule from nothing, which begins with one weekly rotation. */
export function NewSchedulePage() {
  const me = useMe()
  const navigate = useNavigate()
  const save = useSaveSchedule()
  const [initial] = useState(() => ({
    name: '',
    timeZone: ownZone(),
    rotations: [{ ...newRotation(ownZone(), new Date(), 'Primary'), members: [me.id] }],
  }))
  return (
    <Page>
      <PageHeader
        title="Create schedule"
        above={<TextLink {...paths.schedules()}>Schedules</TextLink>}
        description="The preview shows who would be on call while you write."
      />
      <ScheduleForm
        initial={initial}
        saveWords="Create schedule"
        onSave={async (schedule) => {
          const { id } = await save.mutateAsync(schedule)
          await navigate(paths.schedule(id))
        }}
      />
    </Page>
  )
}
