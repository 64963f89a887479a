import { expect, test } from 'vitest'
import { byService } from './by-service.ts'

const gap = (serviceId: string, start: string, end: string) => ({
  serviceId,
  serviceName: serviceId.toUpperCase(),
  start: `2026-11-${start}:00:00.000Z`,
  end: `2026-11-${end}:00:00.000Z`,
  cause: 'Nobody is on call in Primary',
})

test('the service with the most uncovered time leads, and its gaps stand in order', () => {
  const services = byService([
    gap('a', '26T10', '26T12'),
    gap('b', '27T10', '27T12'),
    gap('b', '26T10', '26T11'),
  ])
  expect(
    services.map(({ name, hours, gaps }) => [name, hours, gaps.map(({ start }) => start.slice(8, 13))]),
  ).toEqual([
    ['B', 3, ['26T10', '27T10']],
    ['A', 2, ['26T10']],
  ])
})
