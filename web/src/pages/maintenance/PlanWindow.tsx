import { Button, Modal, MultiSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { z } from 'zod'
import { CreateMaintenanceWindow } from '#contract/services.ts'
import { useServices } from '../../api/directory.ts'
import { useCreateWindow } from '../../api/maintenance.ts'
import { Form, SubmitButton } from '../../forms/Form.tsx'
import { useForm } from '../../forms/use-form.ts'
import styles from './maintenance.module.css'
import { fromField, toField } from './phases.ts'

/** Asks for what, from when to when, and why. */
export const PlanWindow = ({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) => (
  <Modal opened={isOpen} onClose={onClose} title="Plan maintenance" centered size={528}>
    <WindowForm onClose={onClose} />
  </Modal>
)

/** The fields hold local time, the contract wants moments. */
const FromFields = z.preprocess((fields) => {
  const { start, end, ...rest } = fields as { start: string; end: string }
  return { ...rest, start: fromField(start), end: fromField(end) }
}, CreateMaintenanceWindow)

const HOUR_MS = 3_600_000
const proposedHours = [0.5, 1, 2, 4, 8]

function WindowForm({ onClose }: { onClose: () => void }) {
  const create = useCreateWindow()
  const services = useServices()
  const [opened] = useState(() => new Date())
  const { form, field, values, change } = useForm({
    schema: FromFields,
    initial: {
      serviceIds: services.length === 1 ? [services[0]!.id] : [],
      start: toField(opened),
      end: toField(new Date(opened.getTime() + HOUR_MS)),
      reason: '',
    },
    onSubmit: async (window) => {
      await create.mutateAsync(window)
      onClose()
    },
  })
  return (
    <Form
      form={form}
      actions={
        <SubmitButton form={form} fullWidth>
          Plan maintenance
        </SubmitButton>
      }
    >
      <TextInput
        {...field('reason')}
        label="Reason"
        placeholder="New disks for the database"
        autoComplete="off"
        data-autofocus
      />
      <MultiSelect
        {...field('serviceIds')}
        label="Services"
        placeholder={services.length === 0 ? 'There is no service yet' : ''}
        data={services.map(({ id, name }) => ({ value: id, label: name }))}
        searchable
        openOnFocus={false}
      />
      <div className={styles.times}>
        <TextInput {...field('start')} type="datetime-local" label="Start" />
        <TextInput {...field('end')} type="datetime-local" label="End" />
      </div>
      <Durations onChoose={(hours) => change({ end: endAfter(values.start, hours) })} />
    </Form>
  )
}

const endAfter = (start: string, hours: number) =>
  toField(new Date((Date.parse(start) || Date.now()) + hours * HOUR_MS))

const Durations = ({ onChoose }: { onChoose: (hours: number) => void }) => (
  <fieldset className={styles.durations}>
    <legend className={styles.legend}>How long</legend>
    {proposedHours.map((hours) => (
      <Button key={hours} size="xs" onClick={() => onChoose(hours)}>
        {hours < 1 ? `${hours * 60} min` : `${hours} h`}
      </Button>
    ))}
  </fieldset>
)
