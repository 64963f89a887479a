import { CYCLE_MIN_MINUTES } from '#contract/escalation-policies.ts'

type Plan = { repeat: number; steps: readonly { waitMinutes: number }[] }

export type Times = {
  /** Minutes after the incident opened at which each step is due, the first time round. */
  steps: number[]
  /** How long one round takes. */
  roundMinutes: number
  /** When it ends, if nobody ever answers: whoever was paged last has time to. */
  endMinutes: number
}

/** When what happens, as the server does it. */
export function timesOf({ repeat, steps }: Plan): Times {
  const waits = steps.map(({ waitMinutes }) => waitMinutes)
  const at = waits.map((_, index) => sum(waits.slice(0, index + 1)))
  const minutes = at.at(-1) ?? 0
  const roundMinutes = Math.max(minutes, CYCLE_MIN_MINUTES)
  // The first wait of a repeat counts from its beginning, which is when the round before is over.
  return { steps: at, roundMinutes, endMinutes: repeat * roundMinutes + minutes + CYCLE_MIN_MINUTES }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

/** `at once`, `after 5 min`, `after 1 h 30 min`. */
export const afterWords = (minutes: number): string =>
  minutes === 0 ? 'at once' : `after ${minuteWords(minutes)}`

/** `5 min`, `1 h`, `1 h 30 min`, `2 d`. */
export function minuteWords(minutes: number): string {
  const units = [
    [Math.floor(minutes / 1_440), 'd'],
    [Math.floor((minutes % 1_440) / 60), 'h'],
    [minutes % 60, 'min'],
  ] as const
  const words = units.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`)
  return words.join(' ') || '0 min'
}
