import { Link } from '@tanstack/react-router'
import type { PageView } from '#contract/pages.ts'
import { paths } from '../../../paths.ts'
import { ChannelIcon } from '../../../ui/ChannelIcon.tsx'
import { channelWords } from '../../../ui/channels.ts'
import { PageStatusMark } from '../../../ui/PageStatusMark.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import { answerWords, causeWords } from '../page-words.ts'
import styles from './log.module.css'

/** One page: what became of it, to whom, by which way, about what. */
export function LogRow({ page }: { page: PageView }) {
  const { incidentNumber, incidentTitle, userName, channel, address, status, reason, answer } = page
  return (
    <li className={styles.row}>
      <span className={styles.status}>
        <PageStatusMark status={status} />
      </span>
      <span className={styles.person}>{userName}</span>
      <span className={styles.way}>
        {channel ? (
          <>
            <ChannelIcon channel={channel} size={14} />
            <span className={styles.address} title={address ?? undefined}>
              {channelWords[channel].name} <span className={styles.muted}>{address}</span>
            </span>
          </>
        ) : (
          <span className={styles.muted}>No way to reach them</span>
        )}
      </span>
      <span className={styles.about}>
        {incidentNumber === null ? (
          <span className={styles.muted}>{causeWords(page)}</span>
        ) : (
          <Link {...paths.incident(incidentNumber)} className={styles.incident!}>
            #{incidentNumber} {incidentTitle}
          </Link>
        )}
      </span>
      <TimeAgo at={page.sentAt ?? page.dueAt} className={styles.time} />
      {(reason || answer) && (
        <span className={styles.reason}>
          {answer && <strong>{answerWords(answer)}</strong>}
          {answer && reason && ' · '}
          {reason}
        </span>
      )}
    </li>
  )
}
