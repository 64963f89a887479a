import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { ScheduleView } from '#contract/schedules.ts'
import { useReasonAgainst } from '../../api/me.ts'
import { scheduleOne, useDeleteSchedule, useSaveSchedule } from '../../api/schedules.ts'
import { Danger } from '../../forms/Danger.tsx'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { ConfirmButton } from '../../ui/ConfirmButton.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { Page, PageHeader, Section } from '../../ui/Page.tsx'
import { FormSkeleton } from '../../ui/Skeletons.tsx'
import { draftOf } from './form/draft.ts'
import { ScheduleForm } from './form/ScheduleForm.tsx'

const route = getRouteApi('/app/schedules/$id/edit')

/** The rotations of a schedule, to be changed. */
export function EditSchedulePage() {
  const { id } = route.useParams()
  const { data: schedule, error, refetch } = useQuery(scheduleOne(id))
  return (
    <Page>
      <PageHeader
        title={schedule ? `Edit ${schedule.name}` : 'Edit schedule'}
        above={<TextLink {...paths.schedule(id)}>{schedule?.name ?? 'Schedule'}</TextLink>}
      />
      <ErrorNote error={error} onRetry={() => void refetch()} />
      {schedule ? <Edit schedule={schedule} /> : !error && <FormSkeleton fields={4} />}
    </Page>
  )
}

function Edit({ schedule }: { schedule: ScheduleView }) {
  const navigate = useNavigate()
  const save = useSaveSchedule(schedule.id)
  const remove = useDeleteSchedule(schedule.id)
  const notAllowed = useReasonAgainst('configure')
  // What is being written stays, whatever others save meanwhile.
  const [initial] = useState(() => draftOf(schedule))
  const loses = 'Its rotations and overrides go, and who was on call can no longer be looked up.'
  return (
    <>
      <ScheduleForm
        initial={initial}
        saveWords="Save"
        notAllowed={notAllowed}
        onSave={async (changed) => {
          await save.mutateAsync(changed)
          await navigate(paths.schedule(schedule.id))
        }}
      />
      <Section title="Delete">
        <Danger words={loses}>
          <ConfirmButton
            color="raspberry"
            variant="outline"
            label="Delete schedule"
            title={`Delete ${schedule.name}`}
            loses={loses}
            typeToConfirm={schedule.name}
            disabledReason={notAllowed}
            onConfirm={async () => {
              await remove.mutateAsync()
              await navigate(paths.schedules())
            }}
          />
        </Danger>
      </Section>
    </>
  )
}
