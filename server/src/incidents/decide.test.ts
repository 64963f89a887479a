import { describe, expect, test } from 'vitest'
import { type Actor, Severity, urgencyOfSeverity } from '#contract/common.ts'
import { decide } from './decide.ts'
import type { Command, Context, Decision, Incident, IncidentEvent } from './model.ts'

const NOW = new Date('2026-03-01T09:00:00.000Z')
const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000)

const ana: Actor = { kind: 'user', id: 'ana', name: 'Ana Example' }
const bo: Actor = { kind: 'user', id: 'bo', name: 'Bo Example' }
const sentry: Actor = { kind: 'integration', id: 'sentry-1', name: 'Sentry' }
const script: Actor = { kind: 'api-key', id: 'key-1', name: 'deploys' }

const context = (given: Partial<Context> = {}): Context => ({
  now: NOW,
  actor: ana,
  serviceId: 'service-1',
  integrationId: 'sentry-1',
  newIncidentId: 'new',
  acknowledgementTimeoutMinutes: null,
  maintenance: null,
  previous: null,
  ...given,
})

const event = (given: Partial<IncidentEvent> = {}): Command => ({
  kind: 'event',
  event: {
    action: 'trigger',
    dedupKey: 'disk',
    title: 'Disk is full',
    severity: 'error',
    severityFollows: false,
    source: 'db1',
    link: null,
    details: {},
    note: null,
    ...given,
  },
})

const open: Incident = {
  id: 'one',
  number: 1,
  serviceId: 'service-1',
  integrationId: 'sentry-1',
  dedupKey: 'disk',
  title: 'Disk is full',
  description: null,
  severity: 'error',
  reportedSeverity: 'error',
  urgency: 'medium',
  status: 'open',
  source: 'db1',
  link: null,
  details: {},
  eventCount: 1,
  firstEventAt: minutes(-10),
  lastEventAt: minutes(-10),
  createdAt: minutes(-10),
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  resolvedBy: null,
  assignedTo: null,
  previousId: null,
  wakeAt: null,
  isQuiet: false,
}
const acknowledgedBy = (actor: Actor): Incident => ({
  ...open,
  status: 'acknowledged',
  acknowledgedAt: minutes(-5),
  acknowledgedBy: actor,
})
const resolved: Incident = { ...open, status: 'resolved', resolvedAt: minutes(-5), resolvedBy: bo }

const incidents = {
  none: null,
  open,
  'acknowledged by Bo': acknowledgedBy(bo),
  'acknowledged by its integration': acknowledgedBy(sentry),
  'acknowledged by an API key': acknowledgedBy(script),
  snoozed: { ...open, status: 'snoozed', wakeAt: NOW },
  suppressed: { ...open, status: 'suppressed', wakeAt: NOW },
  resolved,
} as const satisfies Record<string, Incident | null>
type Situation = keyof typeof incidents

/** Events come from the integration, everything else from Ana. */
const commands = {
  trigger: event(),
  'graver trigger': event({ severity: 'critical' }),
  'acknowledge event': event({ action: 'acknowledge' }),
  'resolve event': event({ action: 'resolve' }),
  'note event': event({ action: 'note', note: 'Somebody commented' }),
  acknowledge: { kind: 'acknowledge' },
  resolve: { kind: 'resolve' },
  reopen: { kind: 'reopen' },
  snooze: { kind: 'snooze', until: minutes(60) },
  note: { kind: 'note', text: 'Looking' },
  'raise severity': { kind: 'severity', severity: 'critical' },
  'lower severity': { kind: 'severity', severity: 'info' },
  'same severity': { kind: 'severity', severity: 'error' },
  'raise urgency': { kind: 'urgency', urgency: 'high' },
  'lower urgency': { kind: 'urgency', urgency: 'low' },
  'same urgency': { kind: 'urgency', urgency: 'medium' },
  assign: { kind: 'assign', user: { id: 'bo', name: 'Bo Example' } },
  wake: { kind: 'wake' },
} as const satisfies Record<string, Command>
type CommandName = keyof typeof commands

const run = (situation: Situation, name: CommandName) =>
  decide(
    incidents[situation],
    commands[name],
    context({ actor: commands[name].kind === 'event' ? sentry : ana }),
  )

/** A decision in a line: result, status, timeline entries, and what happens to the escalation row. */
function inWords(decision: Decision): string {
  if (decision.outcome === 'refused') return `refused: ${decision.code}`
  if (decision.outcome !== 'changed') return decision.outcome
  const { result, incident, entries, paging } = decision
  const escalation =
    paging === null
      ? ''
      : paging.kind !== 'start'
        ? ` · ${paging.kind}`
        : paging.onlyUserId
          ? ` · tell ${paging.onlyUserId}`
          : ' · start'
  return `${result}: ${incident.status} [${entries.map(({ kind }) => kind).join(' ')}]${escalation}`
}

const acknowledgedState = {
  trigger: 'deduplicated: acknowledged []',
  'acknowledge event': 'ignored',
  'resolve event': 'resolved: resolved [resolved] · stop',
  'note event': 'noted: acknowledged [noted]',
  acknowledge: 'unchanged',
  resolve: 'resolved: resolved [resolved] · stop',
  reopen: 'reopened: open [reopened] · start',
  snooze: 'changed: snoozed [snoozed] · stop',
  note: 'noted: acknowledged [noted]',
  'lower severity': 'changed: acknowledged [severity_changed]',
  'same severity': 'unchanged',
  'lower urgency': 'changed: acknowledged [urgency_changed]',
  'same urgency': 'unchanged',
  assign: 'changed: acknowledged [assigned]',
  wake: 'unchanged',
} as const

/** The whole state machine. Only what opens writes the escalation row; whoever takes it deletes the row. */
const MACHINE: Record<Exclude<Situation, 'none'>, Record<CommandName, string>> = {
  open: {
    trigger: 'deduplicated: open []',
    'graver trigger': 'deduplicated: open [severity_changed] · start',
    'acknowledge event': 'acknowledged: acknowledged [acknowledged] · stop',
    'resolve event': 'resolved: resolved [resolved] · stop',
    'note event': 'noted: open [noted]',
    acknowledge: 'acknowledged: acknowledged [acknowledged] · stop',
    resolve: 'resolved: resolved [resolved] · stop',
    reopen: 'unchanged',
    snooze: 'changed: snoozed [snoozed] · stop',
    note: 'noted: open [noted]',
    'raise severity': 'changed: open [severity_changed] · start',
    'lower severity': 'changed: open [severity_changed]',
    'same severity': 'unchanged',
    'raise urgency': 'changed: open [urgency_changed] · start',
    'lower urgency': 'changed: open [urgency_changed]',
    'same urgency': 'unchanged',
    assign: 'changed: open [assigned]',
    wake: 'unchanged',
  },
  'acknowledged by Bo': {
    ...acknowledgedState,
    'graver trigger': 'deduplicated: acknowledged [severity_changed] · tell bo',
    'raise severity': 'changed: acknowledged [severity_changed] · tell bo',
    'raise urgency': 'changed: acknowledged [urgency_changed] · tell bo',
  },
  'acknowledged by its integration': {
    ...acknowledgedState,
    trigger: 'reopened: open [reopened] · start',
    'graver trigger': 'reopened: open [reopened severity_changed] · start',
    acknowledge: 'acknowledged: acknowledged [acknowledged] · stop',
    'raise severity': 'changed: acknowledged [severity_changed] · start',
    'raise urgency': 'changed: acknowledged [urgency_changed] · start',
  },
  'acknowledged by an API key': {
    ...acknowledgedState,
    'graver trigger': 'deduplicated: acknowledged [severity_changed] · start',
    'raise severity': 'changed: acknowledged [severity_changed] · start',
    'raise urgency': 'changed: acknowledged [urgency_changed] · start',
  },
  snoozed: {
    trigger: 'deduplicated: snoozed []',
    'graver trigger': 'deduplicated: snoozed [severity_changed] · start',
    'acknowledge event': 'acknowledged: acknowledged [acknowledged] · stop',
    'resolve event': 'resolved: resolved [resolved] · stop',
    'note event': 'noted: snoozed [noted]',
    acknowledge: 'acknowledged: acknowledged [acknowledged] · stop',
    resolve: 'resolved: resolved [resolved] · stop',
    reopen: 'reopened: open [reopened] · start',
    snooze: 'changed: snoozed [snoozed] · stop',
    note: 'noted: snoozed [noted]',
    'raise severity': 'changed: snoozed [severity_changed] · start',
    'lower severity': 'changed: snoozed [severity_changed]',
    'same severity': 'unchanged',
    'raise urgency': 'changed: snoozed [urgency_changed] · start',
    'lower urgency': 'changed: snoozed [urgency_changed]',
    'same urgency': 'unchanged',
    assign: 'changed: snoozed [assigned]',
    wake: 'reopened: open [reopened] · start',
  },
  suppressed: {
    trigger: 'deduplicated: suppressed []',
    'graver trigger': 'deduplicated: suppressed [severity_changed]',
    'acknowledge event': 'acknowledged: acknowledged [acknowledged] · stop',
    'resolve event': 'resolved: resolved [resolved] · stop',
    'note event': 'noted: suppressed [noted]',
    acknowledge: 'acknowledged: acknowledged [acknowledged] · stop',
    resolve: 'resolved: resolved [resolved] · stop',
    reopen: 'reopened: open [reopened] · start',
    snooze: 'changed: snoozed [snoozed] · stop',
    note: 'noted: suppressed [noted]',
    'raise severity': 'changed: suppressed [severity_changed]',
    'lower severity': 'changed: suppressed [severity_changed]',
    'same severity': 'unchanged',
    'raise urgency': 'changed: suppressed [urgency_changed]',
    'lower urgency': 'changed: suppressed [urgency_changed]',
    'same urgency': 'unchanged',
    assign: 'changed: suppressed [assigned]',
    wake: 'reopened: open [reopened] · start',
  },
  resolved: {
    trigger: 'triggered: open [triggered] · start',
    'graver trigger': 'triggered: open [triggered] · start',
    'acknowledge event': 'ignored',
    'resolve event': 'ignored',
    'note event': 'ignored',
    acknowledge: 'refused: incident_resolved',
    resolve: 'unchanged',
    reopen: 'reopened: open [reopened] · start',
    snooze: 'refused: incident_resolved',
    note: 'noted: resolved [noted]',
    'raise severity': 'refused: incident_resolved',
    'lower severity': 'refused: incident_resolved',
    'same severity': 'refused: incident_resolved',
    'raise urgency': 'refused: incident_resolved',
    'lower urgency': 'refused: incident_resolved',
    'same urgency': 'refused: incident_resolved',
    assign: 'refused: incident_resolved',
    wake: 'unchanged',
  },
}

const cells = Object.entries(MACHINE).flatMap(([situation, row]) =>
  Object.entries(row).map(([name, expected]) => [situation, name, expected] as const),
)
test.each(cells)('%s, then %s → %s', (situation, name, expected) => {
  expect(inWords(run(situation as Situation, name as CommandName))).toBe(expected)
})

test.each(cells)(
  '%s, then %s: only a trigger counts, and nothing else changes who took it',
  (situation, name) => {
    const before = incidents[situation as Situation]
    const decision = run(situation as Situation, name as CommandName)
    if (decision.outcome !== 'changed' || decision.isNew || !before) return
    const { incident } = decision
    const isTrigger = name === 'trigger' || name === 'graver trigger'
    expect(incident.eventCount).toBe(before.eventCount + (isTrigger ? 1 : 0))
    expect(incident.lastEventAt).toEqual(isTrigger ? NOW : before.lastEventAt)
    const { id, number, serviceId, dedupKey, title, createdAt, firstEventAt, previousId } = before
    expect(incident).toMatchObject({
      id,
      number,
      serviceId,
      dedupKey,
      title,
      createdAt,
      firstEventAt,
      previousId,
    })
  },
)

describe('a key that has no active incident', () => {
  test('a trigger opens one that is to be paged at once, whatever else is configured', () => {
    const command = event({
      note: 'First seen in production',
      details: { host: 'db1' },
      link: 'https://x.example',
    })
    const decision = decide(null, command, context({ actor: sentry, previous: { id: 'before' } }))
    expect(decision).toEqual({
      outcome: 'changed',
      result: 'triggered',
      isNew: true,
      paging: { kind: 'start', dueAt: NOW, onlyUserId: null },
      incident: {
        ...open,
        id: 'new',
        number: 0,
        details: { host: 'db1' },
        link: 'https://x.example',
        firstEventAt: NOW,
        lastEventAt: NOW,
        createdAt: NOW,
        previousId: 'before',
      },
      entries: [
        {
          incidentId: 'new',
          at: NOW,
          kind: 'triggered',
          actor: sentry,
          text: 'First seen in production',
          data: { severity: 'error' },
        },
      ],
    })
  })

  test.each(['acknowledge', 'resolve', 'note'] as const)(
    'an event that says %s makes none, and says why',
    (action) => {
      expect(decide(null, event({ action }), context())).toMatchObject({
        outcome: 'ignored',
        incident: null,
        reason: expect.stringContaining('No active incident has this key'),
      })
    },
  )

  test('a person can ask for nothing', () => {
    expect(() => decide(null, { kind: 'acknowledge' }, context())).toThrow('acknowledge needs an incident')
  })

  test.each(Severity.options)('the urgency of a new one follows from its severity: %s', (severity) => {
    expect(decide(null, event({ severity }), context())).toMatchObject({
      incident: { severity, reportedSeverity: severity, urgency: urgencyOfSeverity[severity] },
    })
  })

  test('in a maintenance window it is recorded, and nobody is paged', () => {
    const maintenance = { until: minutes(30), reason: 'New disks' }
    expect(decide(null, event(), context({ maintenance }))).toMatchObject({
      result: 'triggered',
      paging: null,
      incident: { status: 'suppressed', wakeAt: minutes(30) },
      entries: [
        { kind: 'triggered' },
        { kind: 'suppressed', text: 'New disks', data: { until: minutes(30).toISOString() } },
      ],
    })
  })
})

describe('severity', () => {
  /** What is left after each event or change by a person, as `severity/urgency`, and whether it pages. */
  function history(first: Partial<IncidentEvent>, ...commands: Command[]): string[] {
    const opened = decide(null, event(first), context())
    if (opened.outcome !== 'changed') throw new Error('A trigger opens')
    let { incident } = opened
    return commands.map((command) => {
      const decision = decide(incident, command, context())
      if (decision.outcome !== 'changed') return decision.outcome
      incident = decision.incident
      return `${incident.severity}/${incident.urgency}${decision.paging ? ' pages' : ''}`
    })
  }
  const says = (severity: Severity) => event({ severity })
  const follows = (severity: Severity) => event({ severity, severityFollows: true })
  const person = (severity: Severity): Command => ({ kind: 'severity', severity })

  test('rises with a graver event and does not fall with a milder one; it pages when the urgency rose', () => {
    expect(
      history(
        { severity: 'info' },
        says('warning'),
        says('error'),
        says('info'),
        says('critical'),
        says('error'),
      ),
    ).toEqual([
      'warning/medium pages',
      'error/medium',
      'error/medium',
      'critical/high pages',
      'critical/high',
    ])
  })

  test('follows both ways where the tool says so; urgency only rises', () => {
    expect(
      history(
        { severity: 'warning' },
        follows('critical'),
        follows('info'),
        follows('error'),
        follows('critical'),
      ),
    ).toEqual(['critical/high pages', 'info/high', 'error/high', 'critical/high'])
  })

  test('that a person has lowered stays until the tool reports worse than before', () => {
    expect(history({}, person('info'), says('error'), says('warning'), says('critical'))).toEqual([
      'info/low',
      'info/low',
      'info/low',
      'critical/high pages',
    ])
  })

  test('that a person has raised stays when the tool reports something milder', () => {
    expect(history({}, person('critical'), says('warning'), says('error'))).toEqual([
      'critical/high pages',
      'critical/high',
      'critical/high',
    ])
  })

  test('that a person has set stays while a tool whose severity follows reports improvements', () => {
    expect(
      history(
        { severity: 'critical' },
        person('warning'),
        follows('error'),
        follows('info'),
        follows('error'),
      ),
    ).toEqual(['warning/medium', 'warning/medium', 'warning/medium', 'error/medium'])
    expect(history({ severity: 'error' }, person('critical'), follows('warning'), follows('error'))).toEqual([
      'critical/high pages',
      'critical/high',
      'critical/high',
    ])
  })

  test('urgency that a person has lowered rises when the tool reports worse, also when the severity is there already', () => {
    const lower: Command = { kind: 'urgency', urgency: 'low' }
    expect(history({}, person('critical'), lower, says('error'), says('critical'))).toEqual([
      'critical/high pages',
      'critical/low',
      'critical/low',
      'critical/high pages',
    ])
  })

  test('the timeline says what changed, from what to what', () => {
    expect(decide(open, says('critical'), context())).toMatchObject({
      entries: [
        {
          kind: 'severity_changed',
          data: { from: 'error', to: 'critical', urgencyFrom: 'medium', urgencyTo: 'high' },
        },
      ],
    })
    expect(decide(open, person('warning'), context())).toMatchObject({
      entries: [{ kind: 'severity_changed', data: { from: 'error', to: 'warning' } }],
    })
    expect(decide(open, { kind: 'urgency', urgency: 'low' }, context())).toMatchObject({
      entries: [{ kind: 'urgency_changed', data: { from: 'medium', to: 'low' } }],
    })
  })
})

describe('credit', () => {
  test('goes to the first to acknowledge, whoever repeats it', () => {
    expect(decide(acknowledgedBy(bo), { kind: 'acknowledge' }, context())).toEqual({
      outcome: 'unchanged',
      incident: acknowledgedBy(bo),
    })
  })

  test('goes to the first person after a tool, as a tool makes no promise', () => {
    expect(decide(acknowledgedBy(sentry), { kind: 'acknowledge' }, context())).toMatchObject({
      incident: { status: 'acknowledged', acknowledgedBy: ana, acknowledgedAt: NOW },
    })
    const another = context({ actor: script })
    expect(decide(acknowledgedBy(sentry), { kind: 'acknowledge' }, another)).toMatchObject({
      outcome: 'unchanged',
    })
  })

  test('for resolving goes to the first too', () => {
    expect(decide(resolved, { kind: 'resolve' }, context())).toEqual({
      outcome: 'unchanged',
      incident: resolved,
    })
  })

  test('is gone when it is reopened', () => {
    const both = { ...resolved, acknowledgedAt: minutes(-6), acknowledgedBy: bo }
    const decision = decide(both, { kind: 'reopen' }, context())
    expect(decision).toMatchObject({
      incident: open,
      entries: [{ kind: 'reopened', data: { from: 'resolved' } }],
    })
  })
})

describe('timers', () => {
  test('an acknowledgement runs out where the service says so, and the newer one counts', () => {
    const limited = context({ acknowledgementTimeoutMinutes: 30 })
    expect(decide(open, { kind: 'acknowledge' }, limited)).toMatchObject({
      incident: { wakeAt: minutes(30) },
    })
    expect(decide(open, { kind: 'acknowledge' }, context())).toMatchObject({ incident: { wakeAt: null } })
    const snoozed = { ...incidents.snoozed, wakeAt: minutes(90) }
    expect(decide(snoozed, { kind: 'acknowledge' }, limited)).toMatchObject({
      incident: { wakeAt: minutes(30) },
    })
  })

  test.each([
    ['snoozed', 'The snooze is over', incidents.snoozed],
    ['suppressed', 'The maintenance window is over', incidents.suppressed],
    ['acknowledged', 'The acknowledgement ran out', { ...acknowledgedBy(bo), wakeAt: NOW }],
  ] as const)('what was %s opens at the minute, not before, and pages', (status, text, incident) => {
    expect(decide(incident, { kind: 'wake' }, context({ now: new Date(NOW.getTime() - 1) }))).toEqual({
      outcome: 'unchanged',
      incident,
    })
    expect(decide(incident, { kind: 'wake' }, context())).toMatchObject({
      incident: { ...open },
      paging: { kind: 'start', dueAt: NOW },
      entries: [{ kind: 'reopened', text, data: { from: status } }],
    })
  })

  test('what was suppressed waits on while another maintenance window covers the service', () => {
    const maintenance = { until: minutes(20), reason: '' }
    expect(decide(incidents.suppressed, { kind: 'wake' }, context({ maintenance }))).toMatchObject({
      result: 'changed',
      paging: null,
      incident: { status: 'suppressed', wakeAt: minutes(20) },
      entries: [{ kind: 'suppressed', text: null, data: { until: minutes(20).toISOString() } }],
    })
    expect(decide(incidents.snoozed, { kind: 'wake' }, context({ maintenance }))).toMatchObject({
      incident: { status: 'open' },
    })
  })

  test('a snooze ends in the future; the same one twice is one', () => {
    for (const until of [NOW, minutes(-1)]) {
      expect(decide(open, { kind: 'snooze', until }, context())).toMatchObject({
        outcome: 'refused',
        code: 'invalid_request',
        path: 'until',
      })
    }
    const snoozed = { ...incidents.snoozed, wakeAt: minutes(60) }
    expect(decide(snoozed, { kind: 'snooze', until: minutes(60) }, context())).toMatchObject({
      outcome: 'unchanged',
    })
    expect(decide(snoozed, { kind: 'snooze', until: minutes(5) }, context())).toMatchObject({
      incident: { wakeAt: minutes(5) },
    })
  })
})

describe('reopening', () => {
  test('is refused while another incident of the same problem is active, or when the service is gone', () => {
    const reopen = (obstacle: Context['obstacle']) =>
      decide(resolved, { kind: 'reopen' }, context({ obstacle: obstacle ?? null }))
    expect(reopen({ kind: 'another-is-active', number: 7 })).toMatchObject({
      outcome: 'refused',
      code: 'incident_already_active',
      message: expect.stringContaining('#7'),
    })
    expect(reopen({ kind: 'service-deleted' })).toMatchObject({ outcome: 'refused', code: 'conflict' })
    expect(reopen(null)).toMatchObject({ result: 'reopened' })
  })
})

describe('whoever has it', () => {
  test('is not told what they did themselves', () => {
    const bosOwn = context({ actor: bo })
    expect(decide(acknowledgedBy(bo), { kind: 'severity', severity: 'critical' }, bosOwn)).toMatchObject({
      incident: { urgency: 'high' },
      paging: null,
    })
  })

  test('is one person: the same assignment twice is one', () => {
    const assigned = { ...open, assignedTo: 'bo' }
    expect(decide(assigned, commands.assign, context())).toMatchObject({ outcome: 'unchanged' })
    expect(decide(open, commands.assign, context())).toMatchObject({
      incident: { assignedTo: 'bo' },
      entries: [{ kind: 'assigned', data: { to: 'Bo Example' } }],
    })
  })
})

describe('what a tool reports of an open incident', () => {
  const reported = (
    action: IncidentEvent['action'],
    before: Incident['details'],
    details: IncidentEvent['details'],
  ) => {
    const decision = decide({ ...open, details: before }, event({ action, details }), context())
    if (decision.outcome !== 'changed') throw new Error(decision.outcome)
    return decision.incident.details
  }
  const alert = { rules: ['Checkout is broken'], description: '450 in a minute', status: 'unresolved' }

  test.each(['resolve', 'acknowledge', 'note'] as const)(
    'with a %s says how things stand now, and leaves what the alert has said',
    (action) => {
      const said = { status: 'resolved', assignedTo: 'Bo', description: '2 in a minute', rules: ['Another'] }
      expect(reported(action, alert, said)).toEqual({ ...alert, status: 'resolved', assignedTo: 'Bo' })
    },
  )

  test('adds nothing where there is no room for it', () => {
    const full = { ...alert, more: 'x'.repeat(65_400) }
    expect(reported('resolve', full, { assignedTo: 'y'.repeat(200) })).toEqual(full)
  })
})

describe('a repeat', () => {
  const repeat = (given: Partial<IncidentEvent>, before: Partial<Incident> = {}, now = NOW) => {
    const decision = decide({ ...open, ...before }, event(given), context({ now }))
    if (decision.outcome !== 'changed') throw new Error(decision.outcome)
    return decision.incident
  }

  test('adds facts and keeps those that it does not name', () => {
    expect(repeat({ details: { b: 2, c: 3 } }, { details: { a: 1, b: 1 } }).details).toEqual({
      a: 1,
      b: 2,
      c: 3,
    })
    expect(repeat({ link: 'https://new.example' }, { link: 'https://old.example' }).link).toBe(
      'https://new.example',
    )
    expect(repeat({ link: null }, { link: 'https://old.example' }).link).toBe('https://old.example')
  })

  test('does not lose the line that broke when the next message names only its file', () => {
    const frame = { file: 'pay.ts', function: 'pay', line: 57 }
    expect(repeat({ details: { frame: { file: 'pay.ts' } } }, { details: { frame } }).details).toEqual({
      frame,
    })
    const elsewhere = { file: 'cart.ts' }
    expect(repeat({ details: { frame: elsewhere } }, { details: { frame } }).details).toEqual({
      frame: elsewhere,
    })
  })

  test('replaces the facts when there would be too many', () => {
    const much = { text: 'x'.repeat(40_000) }
    expect(repeat({ details: { more: much } }, { details: { old: much } }).details).toEqual({ more: much })
  })

  test('that arrives late does not turn back the time when it was last seen', () => {
    expect(repeat({}, { lastEventAt: minutes(5) }).lastEventAt).toEqual(minutes(5))
    expect(repeat({}, { lastEventAt: minutes(-5) }).lastEventAt).toEqual(NOW)
  })

  test('keeps the title, the source and the key of the first', () => {
    expect(repeat({ title: 'Other words', source: 'elsewhere', dedupKey: 'alias' })).toMatchObject({
      title: 'Disk is full',
      source: 'db1',
      dedupKey: 'disk',
    })
  })
})

test('an event says who and why: its note is in the timeline', () => {
  const note = 'Resolved in Sentry by Ana'
  expect(decide(open, event({ action: 'resolve', note }), context({ actor: sentry }))).toMatchObject({
    incident: { resolvedBy: sentry, resolvedAt: NOW, wakeAt: null },
    entries: [{ kind: 'resolved', text: note, actor: sentry }],
  })
  expect(decide(open, event({ action: 'acknowledge', note }), context({ actor: sentry }))).toMatchObject({
    entries: [{ kind: 'acknowledged', text: note }],
  })
  expect(decide(open, event({ action: 'note', title: 'The title' }), context())).toMatchObject({
    entries: [{ kind: 'noted', text: 'The title' }],
  })
})

describe('what an alert rule says', () => {
  const quiet: Incident = { ...open, isQuiet: true }
  const tool = context({ actor: sentry })
  const trigger = (given: Partial<IncidentEvent> = {}) => event(given)
  const START = { paging: { kind: 'start', onlyUserId: null }, incident: { isQuiet: false } }
  const QUIET = { incident: { isQuiet: true } }
  const WITHHELD = {
    kind: 'withhold',
    reason: 'The alert rule that opened this incident says to page nobody.',
  }

  test('"do not page" opens the incident and says in its timeline and its paging that nobody is paged', () => {
    expect(decide(null, trigger({ isQuiet: true }), tool)).toMatchObject({
      incident: { status: 'open', isQuiet: true },
      entries: [{ kind: 'triggered' }, { kind: 'nobody_paged', text: WITHHELD.reason }],
      paging: WITHHELD,
    })
  })

  test('its severity takes the place of the one that the tool reports, and is not raised by the same report again', () => {
    const told = trigger({ severity: 'error', ruledSeverity: 'info' })
    const decision = decide(null, told, tool)
    expect(decision).toMatchObject({
      incident: { severity: 'info', reportedSeverity: 'error', urgency: 'low' },
    })
    const incident = { ...open, severity: 'info', reportedSeverity: 'error', urgency: 'low' } as const
    for (const again of [told, trigger({ severity: 'error' })]) {
      expect(decide(incident, again, tool)).toMatchObject({ incident: { severity: 'info', urgency: 'low' } })
    }
    expect(decide(incident, trigger({ severity: 'critical' }), tool)).toMatchObject({
      incident: { severity: 'critical', reportedSeverity: 'critical', urgency: 'high' },
      paging: { kind: 'start' },
    })
    expect(decide(incident, trigger({ severity: 'error', ruledSeverity: 'warning' }), tool)).toMatchObject({
      incident: { severity: 'warning', reportedSeverity: 'error', urgency: 'medium' },
    })
  })

  test('where the severity follows the tool, what the rules say of each threshold follows too', () => {
    const follows = { severityFollows: true } as const
    const warned = decide(null, trigger({ ...follows, severity: 'warning', ruledSeverity: 'warning' }), tool)
    expect(warned).toMatchObject({ incident: { severity: 'warning' } })
    const { incident } = warned as Extract<Decision, { outcome: 'changed' }>
    const graver = decide(
      incident,
      trigger({ ...follows, severity: 'critical', ruledSeverity: 'critical' }),
      tool,
    )
    expect(graver).toMatchObject({ incident: { severity: 'critical' } })
    const { incident: now } = graver as Extract<Decision, { outcome: 'changed' }>
    expect(
      decide(now, trigger({ ...follows, severity: 'warning', ruledSeverity: 'warning' }), tool),
    ).toMatchObject({ incident: { severity: 'warning', urgency: 'high' } })
  })

  test.each<[string, Incident, Command, Context, object]>([
    ['stays quiet when it repeats', quiet, trigger({ isQuiet: true }), tool, { paging: null, entries: [] }],
    [
      'stays quiet when the same rule finds it graver',
      quiet,
      trigger({ isQuiet: true, severity: 'critical' }),
      tool,
      { paging: null, incident: { isQuiet: true, severity: 'critical', urgency: 'high' } },
    ],
    [
      'pages once something comes in that does not say otherwise',
      quiet,
      trigger(),
      tool,
      {
        paging: { kind: 'start', onlyUserId: null },
        incident: { isQuiet: false },
        entries: [{ kind: 'noted', text: expect.stringContaining('does not say to page nobody') }],
      },
    ],
    [
      'does not page a second time for that while somebody has it',
      { ...acknowledgedBy(bo), isQuiet: true },
      trigger(),
      tool,
      { paging: null, incident: { isQuiet: false, status: 'acknowledged' } },
    ],
    ['pages when a person raises its urgency', quiet, commands['raise urgency'], context(), START],
    ['stays quiet when a person lowers it', quiet, commands['lower urgency'], context(), QUIET],
    [
      'stays quiet when a person reopens it',
      { ...resolved, isQuiet: true },
      commands.reopen,
      context(),
      QUIET,
    ],
    [
      'is quiet when its maintenance is over',
      { ...quiet, status: 'suppressed', wakeAt: NOW },
      commands.wake,
      context(),
      { paging: WITHHELD, incident: { status: 'open', isQuiet: true } },
    ],
    [
      'archived in its tool and escalating there, it is as quiet as the rule says that reports it',
      acknowledgedBy(sentry),
      trigger({ isQuiet: true }),
      tool,
      { result: 'reopened', paging: WITHHELD, incident: { isQuiet: true } },
    ],
    [
      'archived in its tool and escalating there, it pages where no rule says otherwise',
      { ...acknowledgedBy(sentry), isQuiet: true },
      trigger(),
      tool,
      { result: 'reopened', ...START },
    ],
    [
      'another one that pages goes on as it is when a quiet rule reports it too',
      open,
      trigger({ isQuiet: true, severity: 'critical' }),
      tool,
      { paging: null, incident: { isQuiet: false, urgency: 'high' } },
    ],
  ])('a quiet incident: %s', (_name, incident, command, given, expected) => {
    expect(decide(incident, command, given)).toMatchObject({ outcome: 'changed', ...expected })
  })
})
