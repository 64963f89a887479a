import type { PageView } from '#contract/pages.ts'
import { ChannelIcon } from '../../../../ui/ChannelIcon.tsx'
import { channelWords } from '../../../../ui/channels.ts'
import { PageStatusMark } from '../../../../ui/PageStatusMark.tsx'
import { TimeAgo } from '../../../../ui/TimeAgo.tsx'
import { answerWords } from '../../../notifications/page-words.ts'
import type { LedgerPerson, LedgerStep as Step } from './ledger.ts'
import styles from './paging.module.css'

/** One step: when it came, and for each person every page that it made. */
export const LedgerStep = ({ step: { title, at, people } }: { step: Step }) => (
  <div className={styles.part}>
    <h3 className={styles.step}>
      {title}
      <TimeAgo at={at} className={styles.time} />
    </h3>
    <ul className={styles.people}>
      {people.map((person) => (
        <Person key={person.userId} person={person} />
      ))}
    </ul>
  </div>
)

const Person = ({ person: { userName, pages } }: { person: LedgerPerson }) => (
  <li>
    <strong className={styles.name}>{userName}</strong>
    <ul className={styles.pages} aria-label={`Pages to ${userName}`}>
      {pages.map((page) => (
        <Page key={page.id} page={page} />
      ))}
    </ul>
  </li>
)

function Page({ page }: { page: PageView }) {
  const { channel, address, status, reason, answer, attempts } = page
  const at = page.seenAt ?? page.deliveredAt ?? page.sentAt ?? (status === 'due' ? page.dueAt : null)
  return (
    <li>
      <div className={styles.page}>
        {channel && (
          <span className={styles.way} title={address ?? undefined}>
            <ChannelIcon channel={channel} size={14} />
            <span className={styles.address}>
              {channelWords[channel].name} <span className={styles.muted}>{address}</span>
            </span>
          </span>
        )}
        <span className={styles.became}>
          <PageStatusMark status={status} />
          {at && <TimeAgo at={at} className={styles.time} />}
        </span>
      </div>
      {answer && <p className={styles.answer}>{answerWords(answer)}</p>}
      {(reason || attempts > 1) && (
        <p className={styles.reason}>
          {[attempts > 1 && `${attempts} tries.`, reason].filter(Boolean).join(' ')}
        </p>
      )}
    </li>
  )
}
