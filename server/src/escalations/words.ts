import type { Attempted } from './attempts.ts'
import type { Turn } from './turns.ts'

/** `Ana`, `Ana and Bo`, `Ana, Bo and 3 more`. */
export function listed(names: readonly string[], most = 5): string {
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
  if (names.length < 2) return names[0] ?? 'nobody'
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

const namesOf = (people: readonly { name: string }[]) => listed(people.map(({ name }) => name))

/** What a step did: whom it pages, and whom it does not and why. */
export function stepSentence(turn: Turn & { do: 'page' }, { paged, already, problems }: Attempted): string {
  const notes = [
    ...(already.length > 0 ? [`paged before in this cycle: ${namesOf(already)}`] : []),
    ...problems,
  ]
  return [didWords(turn, { paged, already }), asSentence(notes.join('; ')), versionWords(turn)]
    .filter(Boolean)
    .join(' ')
}

function didWords(
  { policy: { steps, repeat }, run: { cycle }, step }: Turn & { do: 'page' },
  { paged, already }: Pick<Attempted, 'paged' | 'already'>,
): string {
  const which = steps.length === 1 ? 'The step of the policy' : `Step ${step + 1} of ${steps.length}`
  const when = cycle === 0 ? which : `Repeat ${cycle} of ${repeat}, ${which.toLowerCase()}`
  if (paged.length > 0) return `${when} pages ${namesOf(paged)}.`
  return already.length > 0 ? `${when} pages nobody else.` : `${when} reaches nobody and is not waited for.`
}

/** Incidents finish on the version of their policy that they started with. */
const versionWords = ({ policy: { isDeleted, newestVersion, version } }: Turn & { do: 'page' }): string => {
  if (isDeleted) return 'The policy was deleted meanwhile; this incident finishes on it.'
  return newestVersion > version
    ? 'The policy was changed meanwhile; this incident finishes on the one before.'
    : ''
}

export const administratorsWords = ({ paged, problems }: Attempted): string => {
  if (paged.length === 0) return `Nor can an administrator be paged: ${problems.join('; ')}.`
  return paged.length === 1
    ? `The administrator ${namesOf(paged)} is paged.`
    : `The administrators ${namesOf(paged)} are paged.`
}

/** Why somebody could not be paged, out of what was tried. */
export function reasonAgainst(name: string, { skipped }: { skipped: readonly { reason: string }[] }): string {
  const reasons = [...new Set(skipped.map(({ reason }) => reason.replace(/\.$/, '')))]
  const own = reasons.find((reason) => reason.startsWith(name))
  if (own) return own
  if (reasons.every((reason) => /not verified/.test(reason))) return `${name} has no verified contact method`
  return `${name} cannot be paged (${reasons.join('; ')})`
}

export const asSentence = (text: string): string =>
  text === '' ? '' : `${text[0]!.toUpperCase()}${text.slice(1)}.`
