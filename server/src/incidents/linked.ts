import type { Incident, IncidentEvent, Shown } from './model.ts'

/** Whether an incident is about nothing but the one problem that somebody has linked to it. */
export const isWholeOf = ({ integrationId }: Pick<Incident, 'integrationId'>, links: number): boolean =>
  integrationId === null && links === 1

/** What a message of the tool says of a problem, or how the tool shows it. */
type Said = IncidentEvent['action'] | Shown['state']

const SETTLING: readonly Said[] = ['resolve', 'acknowledge', 'resolved', 'acknowledged']

/**
 * Whether what a tool says of a linked problem is only noted, however it was learnt: an incident that is about more is not over with
 * it, nor does anybody have all of it.
 */
export const isOnlyNoted = (said: Said, { isWhole }: { isWhole: boolean }): boolean =>
  !isWhole && SETTLING.includes(said)

export const noteOfPart = (text: string): string =>
  `${text}. The incident goes on, as it is about more than this issue`

/** By this it is found that the timeline has said so of the problem. */
export const dataOfPart = (dedupKey: string) => ({ linked: dedupKey })
