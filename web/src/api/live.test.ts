import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TestEventSource } from '../testing/browser.ts'
import { followLive } from './live.ts'

let stop: () => void
let asked: string[]

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', TestEventSource)
  asked = []
  const queryClient = new QueryClient()
  vi.spyOn(queryClient, 'invalidateQueries').mockImplementation(async (filters) => {
    asked.push(String(filters?.queryKey))
  })
  stop = followLive(queryClient)
})

afterEach(() => {
  stop()
  setVisible('visible')
  TestEventSource.all = []
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function setVisible(state: DocumentVisibilityState) {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}

test('a burst of messages becomes one round of questions', () => {
  for (let count = 0; count < 50; count++) TestEventSource.say({ kind: 'incidents', ids: ['1'] })
  vi.advanceTimersByTime(1_000)
  expect(asked).toEqual(['incidents', 'services', 'pages'])
})

test('a page that nobody sees asks nothing, and catches up when it is seen again', () => {
  setVisible('hidden')
  TestEventSource.say({ kind: 'deliveries', refs: ['1'] })
  vi.advanceTimersByTime(10_000)
  expect(asked).toEqual([])

  setVisible('visible')
  expect(asked).toEqual(['deliveries', 'integrations'])
})

test('a page that nobody sees for long gives its connection back, and asks for everything when it is seen', () => {
  const [source] = TestEventSource.all
  setVisible('hidden')
  vi.advanceTimersByTime(31_000)
  expect(source!.readyState).toBe(TestEventSource.CLOSED)

  setVisible('visible')
  expect(TestEventSource.all).toHaveLength(2)
  expect(asked).toContain('incidents')
})

test('a glance at another tab costs nothing', () => {
  setVisible('hidden')
  vi.advanceTimersByTime(10_000)
  setVisible('visible')
  vi.advanceTimersByTime(60_000)
  expect(TestEventSource.all).toHaveLength(1)
  expect(asked).toEqual([])
})

test('after a gap everything is asked again', () => {
  const [source] = TestEventSource.all
  source!.onerror?.()
  source!.onopen?.()
  vi.advanceTimersByTime(1_000)
  expect(asked).toEqual(expect.arrayContaining(['incidents', 'deliveries', 'services', 'integrations']))
})

test('a stream that the browser gives up on is opened again', () => {
  const [source] = TestEventSource.all
  source!.readyState = TestEventSource.CLOSED
  source!.onerror?.()
  vi.advanceTimersByTime(5_000)
  expect(TestEventSource.all).toHaveLength(2)
})

test('a message that this version does not know means that anything may have changed', () => {
  TestEventSource.say({ kind: 'schedules' })
  vi.advanceTimersByTime(1_000)
  expect(asked).toContain('incidents')
})
