import { expect, test } from 'vitest'
import { wordsOfLoss } from './DeleteService.tsx'

test('deleting a service names how much is lost with it', () => {
  expect(wordsOfLoss({ integrationCount: 1, activeIncidentCount: 0 })).toBe(
    'Also deletes 1 integration: its address answers 404 at once. Past incidents stay readable. This cannot be undone.',
  )
  expect(wordsOfLoss({ integrationCount: 3, activeIncidentCount: 1_200 })).toBe(
    'Also deletes 3 integrations: their addresses answer 404 at once. Resolves 1,200 active incidents. Past incidents stay readable. This cannot be undone.',
  )
})

test('an empty service is not said to take anything along', () => {
  expect(wordsOfLoss({ integrationCount: 0, activeIncidentCount: 0 })).toBe(
    'Past incidents stay readable. This cannot be undone.',
  )
})
