import { Button, Group, Modal, SegmentedControl, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Severity } from '#contract/common.ts'
import { CreateIncident as Incident } from '#contract/incidents.ts'
import { useServices } from '../../api/directory.ts'
import { createIncident, incidentKeys } from '../../api/incidents.ts'
import { paths } from '../../paths.ts'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { SeverityMark } from '../../ui/SeverityMark.tsx'
import styles from './actions/actions.module.css'

/** For a problem that no tool has noticed. */
export const CreateIncident = ({ onClose }: { onClose: () => void }) => (
  <Modal opened onClose={onClose} title="Create incident" centered>
    <Form onClose={onClose} />
  </Modal>
)

function useCreate(onClose: () => void) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: createIncident,
    onSuccess: ({ number }) => {
      void queryClient.invalidateQueries({ queryKey: incidentKeys.all })
      onClose()
      void navigate(paths.incident(number))
    },
  })
}

function Form({ onClose }: { onClose: () => void }) {
  const services = useServices()
  const create = useCreate(onClose)
  const [draft, setDraft] = useState({ title: '', severity: 'error', serviceId: '', description: '' })
  const serviceId = draft.serviceId || (services.length === 1 ? services[0]!.id : '')
  const incident = Incident.safeParse({ ...draft, serviceId, description: draft.description || undefined })
  const change = (changes: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...changes }))

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (incident.success) create.mutate(incident.data)
      }}
    >
      <Stack gap="md">
        <TextInput
          label="What is broken"
          required
          data-autofocus
          maxLength={500}
          value={draft.title}
          onChange={({ currentTarget }) => change({ title: currentTarget.value })}
        />
        <Select
          label="Service"
          required
          searchable={services.length > 8}
          placeholder={services.length === 0 ? 'There is no service yet' : 'Choose one'}
          data={services.map(({ id, name }) => ({ value: id, label: name }))}
          value={serviceId || null}
          onChange={(value) => change({ serviceId: value ?? '' })}
        />
        <SeverityField value={draft.severity} onChange={(severity) => change({ severity })} />
        <Textarea
          label="Description"
          description="What you see, since when, who is affected"
          autosize
          minRows={3}
          maxRows={10}
          value={draft.description}
          onChange={({ currentTarget }) => change({ description: currentTarget.value })}
        />
        <ErrorNote error={create.error} />
        <Group justify="flex-end" gap="sm">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={create.isPending} disabled={!incident.success}>
            Create incident
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const SeverityField = ({ value, onChange }: { value: string; onChange: (severity: string) => void }) => (
  <fieldset className={styles.fieldset}>
    <legend className={styles.legend}>Severity</legend>
    <SegmentedControl
      className={styles.choices}
      fullWidth
      value={value}
      onChange={onChange}
      data={Severity.options.map((severity) => ({
        value: severity,
        label: <SeverityMark severity={severity} withName />,
      }))}
    />
  </fieldset>
)
