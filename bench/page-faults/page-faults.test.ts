import { expect, test } from 'vitest'
import { createTestDatabase } from '../../server/src/testing/database.ts'
import { tableOf } from './report.ts'
import { countPoints, type Death, type Round, runRound } from './run.ts'
import { openWorld } from './world.ts'

/** `npm run page-faults` dies at every point; here each part of the way is met. */
const POINTS = 8

test(
  'a worker that is killed anywhere leaves nobody unpaged, and what is sent again has the same key',
  { timeout: 120_000 },
  async () => {
    await using parts = new AsyncDisposableStack()
    const world = await openWorld(await createTestDatabase(), parts)
    const points = await countPoints(world)
    const spread = Array.from({ length: POINTS }, (_, index) => Math.ceil(((index + 0.5) * points) / POINTS))
    const deaths: Death[] = [{ arrival: 1 }, { arrival: 6 }, ...spread.map((point) => ({ point }))]
    const rounds: Round[] = []
    for (const death of deaths) rounds.push(await runRound(world, death))
    expect(
      rounds.flatMap(({ differences }) => differences),
      tableOf(rounds),
    ).toEqual([])
    expect(rounds.filter(({ phase }) => phase !== null)).toHaveLength(deaths.length)
    expect(rounds.some(({ duplicates }) => duplicates > 0)).toBe(true)
  },
)
