import { useEffect, useRef, useState } from 'react'
import type { z } from 'zod'
import {
  type FieldErrors,
  fieldErrorsOfProblem,
  fieldErrorsOfSchema,
  issuesOfProblem,
  wordsOfIssue,
} from './words.ts'

type Change = React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>

type Options<Values, Output> = {
  /** Reads what is filled in; what it finds wrong stands under the field of that name. */
  schema: z.ZodType<Output>
  /** What the fields start from. When it changes (somebody else saved), fields that nobody has touched follow. */
  initial: Values
  onSubmit: (output: Output) => Promise<unknown>
}

export type FormState = {
  ref: React.RefObject<HTMLFormElement | null>
  onSubmit: (event: React.FormEvent) => void
  isBusy: boolean
  /** Whether anything differs from what the fields started from. */
  isChanged: boolean
  /** What went wrong that no field explains. */
  error: Error | null
  /** Counts what was saved, for whoever wants to say so. */
  savedCount: number
}

/**
 * One form: what is typed is kept until the server has taken it. Problems show after the first try, under their fields,
 * whether the contract or the server found them, and the first of those fields gets the focus.
 */
export function useForm<Values extends Record<string, unknown>, Output>(options: Options<Values, Output>) {
  const { schema, initial, onSubmit } = options
  const [draft, setDraft] = useState<Partial<Values>>({})
  const [tries, setTries] = useState(0)
  const [savedCount, setSavedCount] = useState(0)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Error | null>(null)

  const values: Values = { ...initial, ...draft }
  const parsed = schema.safeParse(values, { error: wordsOfIssue })
  const refused = fieldErrorsOfProblem(failure, Object.keys(initial))
  const errors: FieldErrors = { ...(tries > 0 && fieldErrorsOfSchema(parsed.error)), ...refused }
  const ref = useFocusOnError(tries)

  async function submit() {
    setFailure(null)
    if (isBusy) return
    if (!parsed.success) return setTries(tries + 1)
    setBusy(true)
    try {
      await onSubmit(parsed.data)
      setDraft({})
      setTries(0)
      setSavedCount((count) => count + 1)
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)))
      setTries(tries + 1)
    } finally {
      setBusy(false)
    }
  }

  const change = (changes: Partial<Values>) => {
    setFailure(null)
    setDraft((now) => ({ ...now, ...changes }))
  }

  const form: FormState = {
    ref,
    onSubmit: (event) => {
      quieten(event)
      void submit()
    },
    isBusy,
    isChanged: Object.keys(draft).some((name) => isDifferent(draft[name], initial[name])),
    error: Object.keys(refused).length > 0 ? null : failure,
    savedCount,
  }

  /** What a field needs: `<TextInput label="Name" {...field('name')} />`. */
  const field = <Name extends keyof Values & string>(name: Name) => ({
    name,
    value: values[name],
    error: errors[name],
    onChange: (given: Values[Name] | Change) => change({ [name]: readValue(given) } as Partial<Values>),
  })

  /** The same problems with their whole paths, for forms with lists in them. */
  const issues = tries > 0 ? [...(parsed.error?.issues ?? []), ...issuesOfProblem(failure)] : []

  return { form, field, values, change, errors, issues, reset: () => setDraft({}) }
}

/** A form within a dialog is still within the page's own form for React. */
function quieten(event: React.FormEvent) {
  event.preventDefault()
  event.stopPropagation()
}

/** After a try that failed, the first field that explains why has the focus. */
function useFocusOnError(tries: number) {
  const ref = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (tries > 0) ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [tries])
  return ref
}

const isDifferent = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other)

function readValue(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || !('currentTarget' in given)) return given
  const target = given.currentTarget as HTMLInputElement
  return target.type === 'checkbox' ? target.checked : target.value
}
