import { expect, test } from 'vitest'
import { type Command, matching } from './commands.ts'

const command = (label: string, more: Partial<Command> = {}): Command => ({
  id: label,
  label,
  run: () => {},
  ...more,
})
const groups = [
  { name: 'Services', commands: [command('Checkout'), command('Payments API')] },
  { name: 'People', commands: [command('Dana Ortiz', { hint: 'dana@example.com' })] },
]

test('every word must be somewhere in the name or the hint', () => {
  expect(matching(groups, 'api PAY')).toEqual([{ name: 'Services', commands: [groups[0]!.commands[1]] }])
  expect(matching(groups, 'dana@')).toHaveLength(1)
  expect(matching(groups, 'api checkout')).toEqual([])
})

test('what the server has found stays, whatever its words', () => {
  const found = [{ name: 'Incidents', commands: [command('Disk is full', { isFound: true })] }]
  expect(matching(found, 'storage')).toEqual(found)
})

test('no group crowds out the others', () => {
  const many = Array.from({ length: 50 }, (_, index) => command(`Service ${index}`))
  expect(matching([{ name: 'Services', commands: many }], '')[0]?.commands).toHaveLength(5)
})
