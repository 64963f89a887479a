import { expect, test } from 'vitest'
import { stateWords } from './sentry-state.ts'

test.each([
  [undefined, undefined, null],
  ['unresolved', undefined, 'Unresolved'],
  ['unresolved', 'regressed', 'Unresolved, regressed'],
  ['resolved', undefined, 'Resolved'],
  ['ignored', undefined, 'Archived'],
  ['ignored', 'archived_until_escalating', 'Archived until it escalates'],
  ['ignored', 'archived_forever', 'Archived for good'],
  ['pending_deletion', 'constructor', 'Pending deletion, constructor'],
])('an issue that is %s and %s is shown as %s', (status, substatus, words) => {
  expect(stateWords({ status, substatus })).toBe(words)
})
