import type { OverrideView, ScheduleView } from '#contract/schedules.ts'
import { may, useMe } from '../../../api/me.ts'
import { useDeleteOverride } from '../../../api/schedules.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Row } from '../../../ui/Rows.tsx'
import { tell } from '../../../ui/toasts.tsx'
import { usePeopleWords } from '../calendar/words.ts'
import { SpanWords } from './SpanWords.tsx'

type Props = { schedule: ScheduleView; override: OverrideView; onDone?: () => void }

/** One override in words, and the way to take it back. */
export function OverrideLine({ schedule, override, onDone }: Props) {
  const { nameOf } = usePeopleWords()
  const remove = useDeleteOverride(schedule.id)
  const { id, start, end, createdBy } = override
  return (
    <Row
      title={wordsOf(override, nameOf)}
      description={
        <>
          <SpanWords zone={schedule.timeZone} start={new Date(start)} end={new Date(end)} />
          by {createdBy}
          <ErrorNote error={remove.error} />
        </>
      }
      actions={
        <ActionButton
          size="xs"
          loading={remove.isPending}
          disabledReason={useReasonAgainstRemoving(override)}
          onClick={() =>
            remove.mutate(id, {
              onSuccess: () => {
                tell('The override is gone', 'Whoever the rotations name is on call again.')
                onDone?.()
              },
            })
          }
        >
          Remove override
        </ActionButton>
      }
    />
  )
}

function wordsOf({ userId, replaces, beside }: OverrideView, nameOf: (id: string) => string): string {
  const who = userId ? nameOf(userId) : 'Nobody'
  return beside ? `${who} as well` : `${who} instead of ${replaces ? nameOf(replaces) : 'everybody'}`
}

/** What concerns others is theirs; the server also knows what was agreed on. */
function useReasonAgainstRemoving({ userId }: OverrideView): string | undefined {
  const me = useMe()
  return may(me, 'configure') || userId === me.id
    ? undefined
    : 'Only an administrator can remove this: it is not about you'
}
