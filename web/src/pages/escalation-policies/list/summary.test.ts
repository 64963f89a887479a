import { expect, test } from 'vitest'
import { summaryOf } from './summary.ts'

test('a policy in one line: whom, after which wait, how often', () => {
  const user = (name: string) => ({ type: 'user' as const, id: name, name })
  expect(
    summaryOf({
      repeat: 1,
      steps: [
        { waitMinutes: 0, targets: [user('Primary')] },
        {
          waitMinutes: 5,
          targets: [user('Bo'), { type: 'team', id: 't', name: 'Platform', leadsOnly: true }],
        },
      ],
    }),
  ).toBe('Primary → after 5 min Bo and leads of Platform · 1 repeat')
})
