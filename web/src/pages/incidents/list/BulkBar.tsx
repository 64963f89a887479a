import { Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { IncidentSummary } from '#contract/incidents.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { AssignMenu } from '../actions/AssignMenu.tsx'
import { SeverityMenu } from '../actions/SeverityMenu.tsx'
import { SnoozeMenu } from '../actions/Snooze.tsx'
import type { Act } from '../actions/use-act.ts'
import { reasonAgainstAction } from '../actions/words.ts'
import styles from './BulkBar.module.css'

type Props = { incidents: readonly IncidentSummary[]; onClear: () => void; act: Act }

/** What can be done to everything that is selected. */
export function BulkBar({ incidents, onClear, act }: Props) {
  const notAllowed = useReasonAgainst('act')
  const reason = (kind: 'acknowledge' | 'resolve' | 'snooze' | 'assign' | 'severity') =>
    notAllowed ?? reasonAgainstAll(incidents, kind)

  return (
    <section className={styles.bar} aria-label="Selected incidents">
      <span className={styles.count} aria-live="polite">
        {incidents.length} selected
      </span>
      <ActionButton
        variant="filled"
        onClick={() => act(incidents, { kind: 'acknowledge' })}
        disabledReason={reason('acknowledge')}
      >
        Acknowledge
      </ActionButton>
      <ActionButton onClick={() => act(incidents, { kind: 'resolve' })} disabledReason={reason('resolve')}>
        Resolve
      </ActionButton>
      <SnoozeMenu
        onSnooze={(until) => act(incidents, { kind: 'snooze', until })}
        disabledReason={reason('snooze')}
      />
      <AssignMenu
        onAssign={(user) => act(incidents, { kind: 'assign', user })}
        disabledReason={reason('assign')}
      />
      <SeverityMenu
        onChange={(severity) => act(incidents, { kind: 'severity', severity })}
        disabledReason={reason('severity')}
      />
      <Button variant="subtle" color="gray" onClick={onClear} leftSection={<IconX size={16} />}>
        Clear
      </Button>
    </section>
  )
}

/** An action is possible as long as one of the incidents allows it. */
function reasonAgainstAll(
  incidents: readonly IncidentSummary[],
  kind: Parameters<typeof reasonAgainstAction>[1],
) {
  const reasons = incidents.map((incident) => reasonAgainstAction(incident, kind))
  return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined
}
