import { useQuery } from '@tanstack/react-query'
import type { ShiftSwapView } from '#contract/schedules.ts'
import { useMe } from '../../../api/me.ts'
import { openSwapsOf, type SwapAnswer, useAnswerSwap } from '../../../api/on-call.ts'
import { allSchedules } from '../../../api/schedules.ts'
import { ownZone } from '../../../time/zones.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Section } from '../../../ui/Page.tsx'
import { Row, Rows } from '../../../ui/Rows.tsx'
import { tell } from '../../../ui/toasts.tsx'
import { SpanWords } from '../../schedules/shift/SpanWords.tsx'
import { questionOf, waitsFor } from './swap-words.ts'

/** Shifts that would change hands with the reader's consent, or wait for somebody else's. */
export function Swaps() {
  const me = useMe()
  const swaps = useQuery(openSwapsOf(me.id)).data ?? []
  if (swaps.length === 0) return null
  return (
    <Section flush title="Shifts to change hands">
      <Rows bare label="Shifts to change hands">
        {swaps.map((swap) => (
          <Swap key={swap.id} swap={swap} />
        ))}
      </Rows>
    </Section>
  )
}

const told = {
  accept: 'The shift has changed hands',
  decline: 'Declined; the shift stays where it is',
  withdraw: 'Withdrawn; the shift stays where it is',
} as const satisfies Record<SwapAnswer, string>

function Swap({ swap }: { swap: ShiftSwapView }) {
  const me = useMe()
  const answer = useAnswerSwap(swap.id)
  const give = (words: SwapAnswer) => answer.mutate(words, { onSuccess: () => tell(told[words]) })
  const zone = useZoneOf(swap.scheduleId)
  const isMine = waitsFor(swap).id === me.id
  return (
    <Row
      title={questionOf(swap, me.id)}
      description={
        <>
          {swap.scheduleName}
          <SpanWords zone={zone} start={new Date(swap.start)} end={new Date(swap.end)} />
          <ErrorNote error={answer.error} />
        </>
      }
      actions={
        isMine ? (
          <>
            <ActionButton variant="filled" loading={answer.isPending} onClick={() => give('accept')}>
              Accept
            </ActionButton>
            <ActionButton onClick={() => give('decline')}>Decline</ActionButton>
          </>
        ) : (
          <ActionButton loading={answer.isPending} onClick={() => give('withdraw')}>
            Withdraw
          </ActionButton>
        )
      }
    />
  )
}

/** The schedule's own zone; until it is known, the reader's. */
const useZoneOf = (scheduleId: string) =>
  useQuery(allSchedules).data?.find(({ id }) => id === scheduleId)?.timeZone ?? ownZone()
