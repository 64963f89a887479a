import { expect, test } from 'vitest'
import { GroupCommit, type GroupCommitOptions } from './group-commit.ts'

const overloaded = new Error('overloaded')

/** A commit that waits until the test ends it, and what it was given each time. */
function heldCommit(options: Partial<GroupCommitOptions> = {}) {
  const groups: { items: string[]; end(error?: Error): void }[] = []
  const commit = (items: string[]) =>
    new Promise<string[]>((resolve, reject) => {
      const end = (error?: Error) => (error ? reject(error) : resolve(items.map((item) => `${item} done`)))
      groups.push({ items, end })
    })
  const group = new GroupCommit(commit, {
    maxItems: 3,
    maxBytes: 100,
    maxWaitingBytes: 1_000,
    overloaded: () => overloaded,
    ...options,
  })
  /** Ends the commit that runs, and lets what follows from it happen. */
  const endCommit = async (error?: Error) => {
    groups.at(-1)!.end(error)
    await settled()
  }
  return { group, groups, endCommit, contents: () => groups.map(({ items }) => items) }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('what comes alone does not wait; what comes meanwhile goes together, in the order of arrival', async () => {
  const { group, endCommit, contents } = heldCommit()
  const results = ['a', 'b', 'c'].map((item) => group.submit(item, 1))
  expect(contents()).toEqual([['a']])
  await endCommit()
  expect(contents()).toEqual([['a'], ['b', 'c']])
  await endCommit()
  expect(await Promise.all(results)).toEqual(['a done', 'b done', 'c done'])
})

test('nothing is answered before it is committed', async () => {
  const { group, endCommit } = heldCommit()
  const answered: string[] = []
  for (const item of ['a', 'b']) void group.submit(item, 1).then((answer) => answered.push(answer))
  await settled()
  expect(answered).toEqual([])
  await endCommit()
  expect(answered).toEqual(['a done'])
  await endCommit()
  expect(answered).toEqual(['a done', 'b done'])
})

test('a commit takes so many items and so many bytes; one that is larger than that goes alone', async () => {
  const { group, endCommit, contents } = heldCommit()
  const sizes = { a: 1, b: 1, c: 1, d: 1, e: 60, f: 50, g: 500, h: 50, i: 50 }
  for (const [item, bytes] of Object.entries(sizes)) void group.submit(item, bytes)
  for (let count = 0; count < 6; count += 1) await endCommit()
  expect(contents()).toEqual([['a'], ['b', 'c', 'd'], ['e'], ['f'], ['g'], ['h', 'i']])
})

test('when a group fails its halves are tried again, until the bad item is alone: only that one fails', async () => {
  const tried: string[][] = []
  const group = new GroupCommit(
    async (items: string[]) => {
      tried.push(items)
      await settled()
      if (items.includes('bad')) throw new Error('bad item')
      return items
    },
    { maxItems: 10, maxBytes: 100, maxWaitingBytes: 100, overloaded: () => overloaded },
  )
  const outcomes = await Promise.allSettled(['a', 'b', 'bad', 'c'].map((item) => group.submit(item, 1)))
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect(tried).toEqual([['a'], ['b', 'bad', 'c'], ['b', 'bad'], ['b'], ['bad'], ['c']])
  expect(await group.submit('d', 1)).toBe('d')
})

test('an error that concerns all fails all at once', async () => {
  const away = new Error('away')
  const { group, endCommit, contents } = heldCommit({ concernsAll: (error) => error === away })
  const results = Promise.allSettled(['a', 'b', 'c'].map((item) => group.submit(item, 1)))
  await endCommit()
  await endCommit(away)
  expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(contents()).toHaveLength(2)
  const next = group.submit('d', 1)
  await endCommit()
  expect(await next).toBe('d done')
})

test('an error that concerns all fails what waits behind it too, in order: nobody overtakes those who failed', async () => {
  const away = new Error('away')
  const { group, endCommit, contents } = heldCommit({ concernsAll: (error) => error === away })
  const failed: string[] = []
  for (const item of ['a', 'b', 'c', 'd', 'e']) group.submit(item, 200).catch(() => failed.push(item))
  await endCommit(away)
  expect([contents(), failed]).toEqual([[['a']], ['a', 'b', 'c', 'd', 'e']])
  const next = group.submit('as much as may wait', 1_000)
  await endCommit()
  expect(await next).toBe('as much as may wait done')
})

test('what fails for all while the halves of a group are tried fails the rest of the group, and what waits', async () => {
  const [bad, away] = [new Error('bad'), new Error('away')]
  const { group, endCommit, contents } = heldCommit({ concernsAll: (error) => error === away })
  const failed: string[] = []
  for (const item of ['a', 'b', 'c', 'd', 'e']) group.submit(item, 1).catch(() => failed.push(item))
  await endCommit()
  await endCommit(bad)
  await endCommit(away)
  expect([contents(), failed]).toEqual([
    [['a'], ['b', 'c', 'd'], ['b', 'c']],
    ['b', 'c', 'd', 'e'],
  ])
})

test('a commit that takes too long is abandoned: it and what waits fail, and the next one does not wait for it', async () => {
  const late = new Error('too late')
  const { group, groups, contents } = heldCommit({ concernsAll: (error) => error === late })
  const results = Promise.allSettled(['a', 'b'].map((item) => group.submit(item, 1)))
  group.abandon(late)
  expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  const next = group.submit('c', 1)
  expect(contents()).toEqual([['a'], ['c']])
  groups[0]!.end()
  groups[1]!.end()
  expect(await next).toBe('c done')
  await settled()
  group.abandon(late)
  const another = group.submit('d', 1)
  groups[2]!.end()
  expect(await another).toBe('d done')
})

test('more than may wait is refused at once, and taken again when there is room', async () => {
  const { group, endCommit } = heldCommit()
  void group.submit('running', 900)
  void group.submit('waiting', 900)
  expect(() => group.submit('too much', 101)).toThrow(overloaded)
  const fits = group.submit('fits', 100)
  await endCommit()
  const later = group.submit('later', 900)
  await endCommit()
  await endCommit()
  await endCommit()
  expect(await Promise.all([fits, later])).toEqual(['fits done', 'later done'])
})

test('one bad item among very many is found in few tries', async () => {
  let tries = 0
  const group = new GroupCommit(
    async (items: number[]) => {
      tries += 1
      if (items.includes(77)) throw new Error('bad item')
      return items
    },
    { maxItems: 256, maxBytes: 1_000, maxWaitingBytes: 1_000, overloaded: () => overloaded },
  )
  const items = Array.from({ length: 200 }, (_, item) => item)
  const outcomes = await Promise.allSettled(items.map((item) => group.submit(item, 1)))
  expect(items.filter((item) => outcomes[item]?.status === 'rejected')).toEqual([77])
  expect(tries).toBeLessThan(25)
})
