import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { Severity } from '#contract/common.ts'
import type { IncidentView } from '#contract/incidents.ts'
import { usePeople } from '../../../api/directory.ts'
import type { IncidentAction } from '../../../api/incident-actions.ts'
import { SeverityMark } from '../../../ui/SeverityMark.tsx'

type Props = {
  incident: IncidentView
  doIt: (action: IncidentAction) => void
  reason: (kind: IncidentAction['kind']) => string | undefined
}

/** On a phone, where the bar has no room: what is needed less often. */
export function MoreMenu({ incident, doIt, reason }: Props) {
  const people = usePeople().filter(({ role }) => role !== 'viewer')
  return (
    <Menu position="top-end" withinPortal={false}>
      <Menu.Target>
        <ActionIcon variant="default" aria-label="More actions">
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah="60dvh" style={{ overflowY: 'auto' }}>
        <Menu.Item disabled={reason('reopen') !== undefined} onClick={() => doIt({ kind: 'reopen' })}>
          Reopen
        </Menu.Item>
        <Menu.Label>{reason('severity') ?? 'Severity'}</Menu.Label>
        {Severity.options.map((severity) => (
          <Menu.Item
            key={severity}
            disabled={severity === incident.severity || reason('severity') !== undefined}
            onClick={() => doIt({ kind: 'severity', severity })}
          >
            <SeverityMark severity={severity} withName />
          </Menu.Item>
        ))}
        <Menu.Label>{reason('assign') ?? 'Assign to'}</Menu.Label>
        {people.map(({ id, name }) => (
          <Menu.Item
            key={id}
            disabled={reason('assign') !== undefined}
            onClick={() => doIt({ kind: 'assign', user: { id, name } })}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
