import type { AuditEntry } from '#contract/people.ts'
import { Row } from '../../../ui/Rows.tsx'
import { exactWords } from '../../../ui/time-words.ts'
import styles from './audit.module.css'
import { detailsOf } from './details.ts'
import { sentenceOf } from './sentence.ts'

/** One line of the audit log: a sentence, what exactly changed, and the exact time. */
export function AuditRow({ entry }: { entry: AuditEntry }) {
  const details = detailsOf(entry.data)
  return (
    <Row
      title={
        <span className={styles.sentence}>
          {entry.actor.kind === 'api-key' && 'The API key '}
          <strong>{entry.actor.name}</strong> {sentenceOf(entry)}
        </span>
      }
      description={details.length > 0 && <span className={styles.details}>{details.join(' · ')}</span>}
      facts={
        <span className={styles.when}>
          <time dateTime={entry.at}>{exactWords(new Date(entry.at))}</time>
          {entry.ip && <span>from {entry.ip}</span>}
        </span>
      }
    />
  )
}
