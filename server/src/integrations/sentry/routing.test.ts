import { expect, test } from 'vitest'
import { readRoutings } from './routing.ts'

const of = (service: string) => ({ settings: [{ name: 'service', value: service }] })

test('as many actions as a body has room for are read in no time, each once and only the first ten', () => {
  const actions = Array.from({ length: 20_000 }, (_, n) => of(`s${Math.floor(n / 2)}`))
  const began = performance.now()
  const routings = readRoutings({ alert_rule: { triggers: [{ label: 'critical', actions }] } }, 'critical')
  expect(performance.now() - began).toBeLessThan(1_000)
  expect(routings.map(({ service }) => service?.id)).toEqual(Array.from({ length: 10 }, (_, n) => `s${n}`))
  const same = Array.from({ length: 50_000 }, () => of('one'))
  expect(readRoutings({ alert_rule: { triggers: [{ actions: same }] } }, 'critical')).toEqual([
    { service: { id: 'one' } },
  ])
})
