import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Delivery, Translation } from './types.ts'

/** One delivery as a tool sends it, and what it must be translated into. The names in it are invented, its shape never is. */
export type Fixture = {
  name: string
  /** Where the shape comes from, and what is special about it. */
  about: string
  delivery: Delivery
  settings: Record<string, unknown>
  /** Present where the bytes are signed: the signature is among the headers. */
  secret: string | undefined
  expected: Translation
}

const FixtureFile = z.object({
  about: z.string().min(1),
  headers: z.record(z.string(), z.string()),
  // A string where the bytes matter.
  body: z.union([z.string(), z.record(z.string(), z.unknown())]),
  settings: z.record(z.string(), z.unknown()).default({}),
  secret: z.string().optional(),
  expect: z.record(z.string(), z.unknown()),
})

/** All fixtures of a kind of integration, by name. For tests. */
export function loadFixtures(type: string): Fixture[] {
  const folder = new URL(`./${type}/fixtures/`, import.meta.url)
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => readFixture(file.slice(0, -'.json'.length), readFileSync(new URL(file, folder), 'utf8')))
}

/** One fixture, as in `loadFixture('sentry', 'event-alert')`. */
export function loadFixture(type: string, name: string): Fixture {
  const url = new URL(`./${type}/fixtures/${name}.json`, import.meta.url)
  return readFixture(name, readFileSync(url, 'utf8'))
}

function readFixture(name: string, text: string): Fixture {
  const { about, headers, body, settings, secret, expect } = FixtureFile.parse(JSON.parse(text))
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return { name, about, delivery: { headers, rawBody }, settings, secret, expected: withDates(expect) }
}

/** JSON has no dates: `occurredAt` is written as ISO 8601. */
function withDates(expected: Record<string, unknown>): Translation {
  if (!Array.isArray(expected.events)) return expected as Translation
  const events = expected.events.map((event) => ({
    ...event,
    occurredAt: event.occurredAt === null ? null : new Date(event.occurredAt),
  }))
  return { events }
}
