import { strange } from '../../server/src/testing/mutations.ts'
import type { Random } from './random.ts'

/** JSON Schema, as far as the server's own API description uses it. */
export type JsonSchema = {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema | boolean
  items?: JsonSchema
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  minimum?: number
  maximum?: number
}

/** Values that are really there, by the name of the field that asks for one. */
export type Known = (field: string) => unknown

const LONGEST = 6_000

/** A value that the schema describes, mostly: at its limits now and then, and beyond them. */
export function valueFor(schema: JsonSchema, random: Random, known: Known, field = ''): unknown {
  if (random.chance(0.03)) return structuredClone(random.pick(strange))
  const there = known(field)
  if (there !== undefined && random.chance(0.85)) return there
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return random.pick(schema.enum)
  const some = schema.anyOf ?? schema.oneOf
  if (some) return valueFor(random.pick(some), random, known, field)
  if (schema.allOf)
    return Object.assign({}, ...schema.allOf.map((one) => valueFor(one, random, known, field)))
  switch (Array.isArray(schema.type) ? random.pick(schema.type) : schema.type) {
    case 'string':
      return textOf(schema, random)
    case 'integer':
    case 'number':
      return numberOf(schema, random)
    case 'boolean':
      return random.chance(0.5)
    case 'null':
      return null
    case 'array':
      return listOf(schema, random, known, field)
    case 'object':
      return objectOf(schema, random, known)
    default:
      return random.pick([1, 'x', null, true, [], {}])
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = 200 }: JsonSchema, random: Random): string {
  if (format === 'email') return `${random.word()}@example.com`
  if (format === 'date-time') return momentOf(random)
  if (pattern && random.chance(0.9)) {
    const fitting = TIMES.filter((time) => new RegExp(pattern).test(time))
    if (fitting.length > 0) return random.pick(fitting)
  }
  const most = Math.min(maxLength, LONGEST)
  const length = random.chance(0.1)
    ? random.pick([minLength, most, most + 1, Math.max(0, minLength - 1)])
    : random.between(minLength, Math.min(most, minLength + 20))
  return random
    .pick(['x', 'Ω', '💥', ' ', 'a ', '%', "'", '"', '\\', '<b>', '\u0000', '\n'])
    .repeat(length)
    .slice(0, length)
}

/** Local ones, also of days and hours that are none. */
const TIMES = [
  '09:00',
  '00:00',
  '24:00',
  '2026-11-23T09:00',
  '2026-03-29T02:30',
  '2026-02-30T09:00',
  '1970-01-01T00:00',
]

function momentOf(random: Random): string {
  if (random.chance(0.2))
    return random.pick([
      '1970-01-01T00:00:00Z',
      '9999-12-31T23:59:59Z',
      '2026-02-29T00:00:00Z',
      '0000-01-01T00:00:00Z',
    ])
  const hours = random.between(-50, 50) * 3_600_000
  return new Date(Date.now() + hours).toISOString()
}

function numberOf({ minimum = -1_000, maximum = 1_000 }: JsonSchema, random: Random): number {
  if (random.chance(0.2))
    return random.pick([minimum, maximum, minimum - 1, maximum + 1, 1.5, 2 ** 53, -0, 1e308])
  return random.between(minimum, Math.min(maximum, minimum + 500))
}

function listOf(schema: JsonSchema, random: Random, known: Known, field: string): unknown[] {
  const { minItems = 0, maxItems = 5 } = schema
  const length = random.chance(0.05)
    ? Math.min(maxItems + 1, 300)
    : random.between(minItems, Math.min(maxItems, minItems + 3))
  return Array.from({ length }, () => valueFor(schema.items ?? {}, random, known, field.replace(/s$/, '')))
}

function objectOf(schema: JsonSchema, random: Random, known: Known): Record<string, unknown> {
  const given = Object.entries(schema.properties ?? {}).filter(([name]) =>
    random.chance(schema.required?.includes(name) ? 0.97 : 0.6),
  )
  const object = Object.fromEntries(given.map(([name, one]) => [name, valueFor(one, random, known, name)]))
  if (random.chance(0.05)) object[random.word()] = random.pick(strange)
  return object
}
