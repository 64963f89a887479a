import type { z } from 'zod'
import { ApiError } from '../api/client.ts'

type Issue = Parameters<z.core.$ZodErrorMap>[0]

/** What is wrong with a field, in words for the person who fills it in; undefined leaves it to the schema. */
export function wordsOfIssue(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'number' || issue.expected === 'int' ? 'Enter a whole number' : 'Fill this in'
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum))
    case 'too_big':
      return issue.origin === 'string'
        ? `Use at most ${issue.maximum} characters`
        : `Must be at most ${grouped(Number(issue.maximum))}`
    case 'invalid_format':
      return wordsOfFormat[issue.format]
    default:
      return undefined
  }
}

function tooSmall(origin: string, minimum: number): string {
  if (origin === 'array') return 'Choose at least one'
  if (origin !== 'string') return `Must be at least ${grouped(minimum)}`
  return minimum <= 1 ? 'Fill this in' : `Use at least ${minimum} characters`
}

const wordsOfFormat: Record<string, string> = {
  email: 'This is no complete e-mail address',
  url: 'This is no complete address, like https://example.com',
  datetime: 'Choose a day and a time',
}

const grouped = (number: number) => new Intl.NumberFormat('en').format(number)

/** From the name of a field to what is wrong with it. */
export type FieldErrors = Record<string, string>

/** The first problem of every field. */
export function fieldErrorsOfSchema(error: z.ZodError | undefined): FieldErrors {
  const found: FieldErrors = {}
  for (const { path, message } of error?.issues ?? []) found[String(path[0] ?? '')] ??= message
  return found
}

/** What the server says about the fields of this form; it may call them by a longer path (`settings.projects.0`). */
export function fieldErrorsOfProblem(error: Error | null, names: readonly string[]): FieldErrors {
  const found: FieldErrors = {}
  if (!(error instanceof ApiError)) return found
  for (const { path, message } of error.problem.errors ?? []) {
    const name = path.split('.').find((part) => names.includes(part))
    if (name) found[name] ??= message
  }
  return found
}

/** What the server says about fields, with the path to each. */
export const issuesOfProblem = (error: Error | null) =>
  error instanceof ApiError
    ? (error.problem.errors ?? []).map(({ path, message }) => ({ path: path.split('.'), message }))
    : []
