import { Select } from '@mantine/core'
import { z } from 'zod'
import { CreateOverride, type ScheduleView } from '#contract/schedules.ts'
import { usePeople } from '../../../api/directory.ts'
import { may, useMe, useReasonAgainst } from '../../../api/me.ts'
import { useCreateOverride } from '../../../api/schedules.ts'
import { DateTimeField } from '../../../forms/DateTimeField.tsx'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { localIn, momentIn, ownZone } from '../../../time/zones.ts'
import { tell } from '../../../ui/toasts.tsx'
import type { Stretch } from '../calendar/pieces.ts'
import { usePeopleWords } from '../calendar/words.ts'
import styles from './shift.module.css'

type Props = {
  schedule: ScheduleView
  stretch: Pick<Stretch, 'start' | 'end' | 'userIds'>
  onDone: () => void
}

const NOBODY = 'nobody'
const EVERYBODY = 'everybody'
/** Nobody is replaced: one more is on call. */
const BESIDE = 'beside'

/** The fields hold times of the schedule's zone, the contract wants moments. */
const fromFields = (zone: string) =>
  z.preprocess((fields) => {
    const { start, end, userId, replaces } = fields as Fields
    return {
      start: start && momentIn(zone, start).toISOString(),
      end: end && momentIn(zone, end).toISOString(),
      userId: userId === NOBODY ? null : (userId ?? undefined),
      replaces: replaces === EVERYBODY || replaces === BESIDE ? null : replaces,
      beside: replaces === BESIDE,
    }
  }, CreateOverride)

type Fields = { start: string; end: string; userId: string | null; replaces: string }

/** Who is on call instead of whom, or beside them; others than administrators may put themselves beside whoever is. */
export function OverrideForm({ schedule, stretch, onDone }: Props) {
  const zone = schedule.timeZone
  const { nameOf } = usePeopleWords()
  const me = useMe()
  const isAdmin = may(me, 'configure')
  const everybody = usePeople()
  const create = useCreateOverride(schedule.id)
  const notAllowed = useReasonAgainst('act')
  const { form, field, change } = useForm({
    schema: fromFields(zone),
    initial: {
      start: localIn(zone, stretch.start),
      end: localIn(zone, stretch.end),
      userId: isAdmin ? null : me.id,
      replaces: !isAdmin ? BESIDE : stretch.userIds.length === 1 ? stretch.userIds[0]! : EVERYBODY,
    } as Fields,
    onSubmit: async (override) => {
      await create.mutateAsync(override)
      tell(
        'The schedule has changed',
        override.userId ? `${nameOf(override.userId)} is on call then.` : undefined,
      )
      onDone()
    },
  })
  return (
    <Form
      form={form}
      aria-label="Override"
      actions={
        <SubmitButton form={form} disabledReason={notAllowed}>
          Override
        </SubmitButton>
      }
    >
      <Select
        {...field('userId')}
        label="On call"
        placeholder="Choose a person, or nobody"
        searchable
        data={
          isAdmin
            ? [
                ...everybody.map(({ id }) => ({ value: id, label: nameOf(id) })),
                { value: NOBODY, label: 'Nobody' },
              ]
            : [{ value: me.id, label: nameOf(me.id) }]
        }
      />
      {stretch.userIds.length > 0 && (
        <Select
          {...field('replaces')}
          onChange={(chosen) => change({ replaces: chosen ?? EVERYBODY })}
          label="Instead of"
          description={isAdmin ? undefined : 'To take over from somebody, press their shift in the calendar.'}
          data={isAdmin ? replaceable(stretch.userIds, nameOf) : [besideOthers]}
        />
      )}
      <div className={styles.times}>
        <DateTimeField {...field('start')} label="From" />
        <DateTimeField {...field('end')} label="Until" />
      </div>
      {zone !== ownZone() && <p className={styles.quiet}>Times are in {zone}.</p>}
    </Form>
  )
}

const besideOthers = { value: BESIDE, label: 'Nobody: one more is on call' }

const replaceable = (userIds: readonly string[], nameOf: (id: string) => string) => [
  ...userIds.map((id) => ({ value: id, label: nameOf(id) })),
  ...(userIds.length > 1 ? [{ value: EVERYBODY, label: 'Everybody' }] : []),
  besideOthers,
]
