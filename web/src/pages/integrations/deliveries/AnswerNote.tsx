import type { DeliveryAnswer } from '#contract/integrations.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { deedNames } from './outcomes.ts'

/** What became of a delivery, in a few words: `Opened incident #12`, `Rejected with 401: …`. */
export const AnswerNote = ({ answer }: { answer: DeliveryAnswer }) => (
  <output>
    <Words answer={answer} />
  </output>
)

function Words({ answer: { outcome, httpStatus, reason, result } }: { answer: DeliveryAnswer }) {
  if (outcome === 'rejected') return `Rejected with ${httpStatus}: ${reason ?? 'no reason was given'}`
  if (outcome === 'ignored' || !result) return `Ignored: ${reason ?? 'there was nothing to do'}`
  return (
    <>
      {deedNames[result.action]}
      {result.incident && (
        <>
          {' '}
          <TextLink {...paths.incident(result.incident.number)}>incident #{result.incident.number}</TextLink>
        </>
      )}
    </>
  )
}
