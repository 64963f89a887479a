import { useState } from 'react'
import type { IncidentView } from '#contract/incidents.ts'
import type { IncidentAction } from '../../../api/incident-actions.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useKeys } from '../../../keys.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { AssignMenu } from '../actions/AssignMenu.tsx'
import { SeverityMenu } from '../actions/SeverityMenu.tsx'
import { SnoozeDialog, SnoozeMenu } from '../actions/Snooze.tsx'
import { useAct } from '../actions/use-act.tsx'
import { reasonAgainstAction } from '../actions/words.ts'
import styles from './IncidentPage.module.css'

/** What can be done now; it stays in reach while the page scrolls. The next sensible step is the primary one. */
export function ActionBar({ incident }: { incident: IncidentView }) {
  const act = useAct()
  const notAllowed = useReasonAgainst('act')
  const reason = (kind: IncidentAction['kind']) => notAllowed ?? reasonAgainstAction(incident, kind)
  const doIt = (action: IncidentAction) => act([incident], action)
  const primary = (kind: IncidentAction['kind']) => (kind === nextStep(incident) ? 'filled' : 'default')
  const snoozeDialog = useActionKeys(incident, doIt, reason('snooze'))

  return (
    <div className={styles.actions} role="toolbar" aria-label="Actions">
      <ActionButton
        variant={primary('acknowledge')}
        onClick={() => doIt({ kind: 'acknowledge' })}
        disabledReason={reason('acknowledge')}
        aria-keyshortcuts="a"
      >
        Acknowledge
      </ActionButton>
      <ActionButton
        variant={primary('resolve')}
        onClick={() => doIt({ kind: 'resolve' })}
        disabledReason={reason('resolve')}
        aria-keyshortcuts="r"
      >
        Resolve
      </ActionButton>
      <SnoozeMenu onSnooze={(until) => doIt({ kind: 'snooze', until })} disabledReason={reason('snooze')} />
      <AssignMenu onAssign={(user) => doIt({ kind: 'assign', user })} disabledReason={reason('assign')} />
      <SeverityMenu
        current={incident.severity}
        onChange={(severity) => doIt({ kind: 'severity', severity })}
        disabledReason={reason('severity')}
      />
      <ActionButton onClick={() => doIt({ kind: 'reopen' })} disabledReason={reason('reopen')}>
        Reopen
      </ActionButton>
      {snoozeDialog}
    </div>
  )
}

function nextStep({ status }: IncidentView): IncidentAction['kind'] {
  if (status === 'acknowledged') return 'resolve'
  return status === 'resolved' ? 'reopen' : 'acknowledge'
}

function useActionKeys(
  incident: IncidentView,
  doIt: (action: IncidentAction) => void,
  notSnoozed: string | undefined,
) {
  const [isSnoozing, setSnoozing] = useState(false)
  useKeys({
    a: () => doIt({ kind: 'acknowledge' }),
    r: () => doIt({ kind: 'resolve' }),
    s: () => (notSnoozed ? doIt({ kind: 'snooze', until: '' }) : setSnoozing(true)),
    n: () => document.querySelector<HTMLElement>('[data-note]')?.focus(),
  })
  return (
    <SnoozeDialog
      key={incident.id}
      isOpen={isSnoozing}
      onClose={() => setSnoozing(false)}
      onSnooze={(until) => doIt({ kind: 'snooze', until })}
    />
  )
}
