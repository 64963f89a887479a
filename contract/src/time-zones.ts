import { z } from 'zod'

/**
 * Whether the time zone database knows it by this name. Mere offsets are none: they know no daylight saving. Nor are abbreviations
 * like `PST` or `BST`, which `Intl` takes and `Temporal` does not: they mean something else in every country. Not every browser
 * has `Temporal`; the server does.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[a-z]/i.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    if (typeof Temporal !== 'undefined') Temporal.Now.zonedDateTimeISO(name)
    return true
  } catch {
    return false
  }
}

/** IANA, e.g. `Europe/Berlin`. */
export const TimeZone = z
  .string()
  .trim()
  .max(100)
  .refine(isTimeZone, 'must be a time zone like Europe/Berlin or UTC')

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

/** BCP 47, e.g. `de-DE`: how times and numbers are written. */
export const Locale = z.string().trim().max(35).refine(isLocale, 'must be a language tag like en or de-DE')
