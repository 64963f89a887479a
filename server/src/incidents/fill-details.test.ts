import { expect, onTestFinished, test } from 'vitest'
import type { LiveMessage } from '#contract/live.ts'
import type { Deps } from '../deps.ts'
import { listen } from '../platform/live.ts'
import { testApp } from '../testing/test-app.ts'
import { fillDetails } from './fill-details.ts'

const setUp = async () => {
  const t = await testApp()
  const { id } = await t.create.incident()
  const { deps: elsewhere } = await t.anotherServer()
  const ear = listen(elsewhere.databaseUrl, elsewhere.live, elsewhere.log)
  onTestFinished(ear.stop)
  await ear.ready
  return {
    ...{ t, id },
    heardHere: messagesOf(t.deps),
    heardElsewhere: messagesOf(elsewhere),
    fill: (facts: { status: string }) =>
      fillDetails(t.deps, id, { fill: (details) => ({ ...details, ...facts }) }),
  }
}

function messagesOf({ live }: Pick<Deps, 'live'>): LiveMessage[] {
  const messages: LiveMessage[] = []
  live.subscribe((message) => messages.push(message))
  return messages
}

test('whoever looks at the incident hears of it in every process', async () => {
  const { id, heardHere, heardElsewhere, fill } = await setUp()
  await fill({ status: 'resolved' })
  expect(heardHere).toEqual([{ kind: 'incidents', ids: [id] }])
  await expect.poll(() => heardElsewhere).toEqual([{ kind: 'incidents', ids: [id] }])
})

test('what was known already is told to nobody', async () => {
  const { id, heardHere, fill } = await setUp()
  await fill({ status: 'resolved' })
  await fill({ status: 'resolved' })
  await fill({ status: 'unresolved' })
  const told = { kind: 'incidents', ids: [id] }
  expect(heardHere).toEqual([told, told])
})
