import { readFileSync } from 'node:fs'

type Fields = Record<string, ReturnType<typeof JSON.parse>>

/** An answer of Sentry's API, re-authored from its documentation or source: the names in it are invented, its shape never is. */
export function sentryAnswer(name: 'latest-event' | 'committers'): Fields {
  const file = new URL(`./sentry-answers/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')).answer
}
