import { isObject, line, object } from './payload.ts'

export type Tag = [name: string, value: string]

// What is looked through for `environment`, `level` and `release`, so that a body full of tags stays cheap.
const MAX_READ = 1_000

/** Tags as Sentry writes them: pairs (current), `{key, value}` objects (its API), or one plain object (legacy). */
export function readTags(value: unknown): Tag[] {
  const entries = Array.isArray(value)
    ? value.slice(0, MAX_READ)
    : Object.entries(object(value)).slice(0, MAX_READ)
  return entries.flatMap((entry: unknown) => {
    const [name, content] = isObject(entry) ? [entry.key, entry.value] : Array.isArray(entry) ? entry : []
    const key = line(name, 200)
    const text = line(
      typeof content === 'number' || typeof content === 'boolean' ? String(content) : content,
      500,
    )
    return key && text ? [[key, text] satisfies Tag] : []
  })
}

export const findTag = (tags: readonly Tag[], ...names: string[]): string | undefined =>
  tags.find(([name]) => names.includes(name))?.[1]
