import type { Trouble } from '../api/readiness.ts'
import { counted } from '../forms/counted.ts'

/** What is wrong, what becomes of alerts meanwhile, and whether it is on the way to being well again. */
export function wordsOf(trouble: Trouble): { headline: string; meaning: string; isMending: boolean } {
  switch (trouble.status) {
    case 'unreachable':
      return {
        headline: 'OpsKnight cannot be reached.',
        meaning: 'What you see may be out of date.',
        isMending: false,
      }
    case 'unavailable':
      return {
        headline: 'Alerts are being refused.',
        meaning: `${trouble.reason} Senders that try again get through when it is back.`,
        isMending: false,
      }
    case 'ready':
      return trouble.database === 'away'
        ? { headline: 'Database unreachable.', meaning: keptWords(trouble.waiting), isMending: false }
        : { headline: 'The database is back.', meaning: mendingWords(trouble.waiting), isMending: true }
  }
}

function keptWords(waiting: number): string {
  if (waiting === 0) return 'Deliveries are kept and will take effect when it is back.'
  return `${counted(waiting, 'delivery is', 'deliveries are')} waiting and will take effect when it is back.`
}

function mendingWords(waiting: number): string {
  if (waiting === 0) return 'The last deliveries are taking effect now.'
  return `${counted(waiting, 'delivery', 'deliveries')} that waited ${waiting === 1 ? 'is' : 'are'} taking effect now.`
}
