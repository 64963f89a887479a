import type { JsonObject } from '#contract/common.ts'
import { exactWords } from '../../../ui/time-words.ts'

/** What changed, one line for each value: `minimumLevel: nothing → "error"`. */
export const detailsOf = (data: JsonObject): string[] =>
  Object.entries(data).flatMap(([name, value]) => linesOf(name, value))

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

function linesOf(name: string, value: unknown): string[] {
  if (!isObject(value)) return [`${wordsOfName(name)}: ${wordsOfValue(value)}`]
  if ('from' in value || 'to' in value)
    return [`${wordsOfName(name)}: ${wordsOfValue(value.from)} → ${wordsOfValue(value.to)}`]
  // A thing that is named beside its id.
  if (typeof value.name === 'string') return [`${wordsOfName(name)}: ${value.name}`]
  return detailsOf(value)
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `acknowledgementTimeoutMinutes` → `acknowledgement timeout minutes`. */
const wordsOfName = (name: string) => name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

function wordsOfValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing'
  if (value === true) return 'yes'
  if (value === false) return 'no'
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(wordsOfValue).join(', ')
  if (typeof value === 'string') return MOMENT.test(value) ? exactWords(new Date(value)) : value
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
