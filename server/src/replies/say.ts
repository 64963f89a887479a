import type { Deps } from '../deps.ts'
import { AppError } from '../platform/errors.ts'
import { answerPage } from './act.ts'
import { sentencesOf } from './words.ts'

/** Does what somebody answered and says what came of it, also why it did not work: on a phone there is nothing else to look at. */
export async function answerInWords(deps: Deps, answer: Parameters<typeof answerPage>[1]): Promise<string> {
  try {
    return sentencesOf(await answerPage(deps, answer))
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}
