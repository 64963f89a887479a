import { createMemoryHistory } from '@tanstack/react-router'
import { expect, test } from 'vitest'
import { createQueryClient } from './api/query-client.ts'
import { type Place, paths } from './paths.ts'
import { createAppRouter } from './routes.tsx'
import './testing/browser.ts'

const router = createAppRouter(
  createQueryClient(() => {}),
  createMemoryHistory(),
)

const places: [string, Place][] = Object.entries(paths).map(([name, path]) => [
  name,
  (path as (argument: string) => Place)('7'),
])

test.each(places)('%s leads to a page that exists', (_name, place) => {
  const [routes] = router.getMatchedRoutes(router.buildLocation(place).pathname)
  expect(routes.at(-1)?.fullPath.replace(/(?<=.)\/$/, '')).toBe(place.to)
})
