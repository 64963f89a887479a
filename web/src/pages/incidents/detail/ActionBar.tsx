import { useState } from 'react'
import type { IncidentView } from '#contract/incidents.ts'
import type { IncidentAction } from '../../../api/incident-actions.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useKeys } from '../../../keys.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { AssignMenu } from '../actions/AssignMenu.tsx'
import { SeverityMenu } from '../actions/SeverityMenu.tsx'
import { SnoozeDialog, SnoozeMenu } from '../actions/Snooze.tsx'
import { type Act, useAct } from '../actions/use-act.ts'
import { reasonAgainstAction } from '../actions/words.ts'
import styles from './IncidentPage.module.css'
import { MoreMenu } from './MoreMenu.tsx'

/** What can be done now; it stays in reach while the page scrolls. The next sensible step is the primary one. */
export function ActionBar({ incident }: { incident: IncidentView }) {
  const act = useAct()
  const notAllowed = useReasonAgainst('act')
  const reason = (kind: IncidentAction['kind']) => notAllowed ?? reasonAgainstAction(incident, kind)
  const doIt = (action: IncidentAction) => act([incident], action)
  const isResolved = incident.status === 'resolved'
  const button = (kind: 'acknowledge' | 'resolve' | 'reopen') => ({
    variant: kind === nextStep(incident) ? 'filled' : 'default',
    onClick: () => doIt({ kind }),
    disabledReason: reason(kind),
  })

  return (
    <div className={styles.actions} role="toolbar" aria-label="Actions">
      {isResolved && <ActionButton {...button('reopen')}>Reopen</ActionButton>}
      <ActionButton {...button('acknowledge')} aria-keyshortcuts="a">
        Acknowledge
      </ActionButton>
      <ActionButton {...button('resolve')} aria-keyshortcuts="r">
        Resolve
      </ActionButton>
      <div className={isResolved ? styles.rare : styles.plain}>
        <SnoozeMenu onSnooze={(until) => doIt({ kind: 'snooze', until })} disabledReason={reason('snooze')} />
      </div>
      <div className={styles.rare}>
        <AssignMenu onAssign={(user) => doIt({ kind: 'assign', user })} disabledReason={reason('assign')} />
        <SeverityMenu
          current={incident.severity}
          onChange={(severity) => doIt({ kind: 'severity', severity })}
          disabledReason={reason('severity')}
        />
        {!isResolved && <ActionButton {...button('reopen')}>Reopen</ActionButton>}
      </div>
      <div className={styles.more}>
        <MoreMenu incident={incident} doIt={doIt} reason={reason} />
      </div>
      <ActionKeys incident={incident} act={act} />
    </div>
  )
}

function nextStep({ status }: IncidentView): IncidentAction['kind'] {
  if (status === 'acknowledged') return 'resolve'
  return status === 'resolved' ? 'reopen' : 'acknowledge'
}

/** The keys of this page, and the dialog that one of them opens. */
function ActionKeys({ incident, act }: { incident: IncidentView; act: Act }) {
  const [isSnoozing, setSnoozing] = useState(false)
  useKeys({
    a: () => act([incident], { kind: 'acknowledge' }),
    r: () => act([incident], { kind: 'resolve' }),
    s: () => setSnoozing(true),
    n: () => document.querySelector<HTMLElement>('[data-note]')?.focus(),
  })
  return (
    isSnoozing && (
      <SnoozeDialog
        onClose={() => setSnoozing(false)}
        onSnooze={(until) => act([incident], { kind: 'snooze', until })}
      />
    )
  )
}
