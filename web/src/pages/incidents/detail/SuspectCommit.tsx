import { Anchor } from '@mantine/core'
import type { SuspectCommit as Commit } from '#contract/sentry.ts'
import { safeUrl } from '../../../ui/safe-url.ts'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import styles from './AlertFacts.module.css'
import { isTime } from './SentryImpact.tsx'

const SHORT = 7

/** The commit that Sentry suspects: what it did, whose it is, and where to read it. */
export function SuspectCommit({ commit }: { commit: Commit }) {
  const { id, message, author, at, repository, link, pullRequest } = commit
  return (
    <figure className={styles.commit}>
      <figcaption className={styles.suspect}>Suspect commit</figcaption>
      <p className={styles.message}>{message ?? 'Without a message'}</p>
      <p className={styles.origin}>
        {author && <span className={styles.author}>{author}</span>}
        <Away href={link}>
          <code>{id.slice(0, SHORT)}</code>
        </Away>
        {pullRequest && <Away href={pullRequest.link}>Pull request</Away>}
        {repository && <span>{repository}</span>}
        {isTime(at) && <TimeAgo at={at} />}
      </p>
    </figure>
  )
}

function Away({ href, children }: { href: string | undefined; children: React.ReactNode }) {
  const safe = safeUrl(href)
  if (!safe) return children
  return (
    <Anchor href={safe} target="_blank" rel="noreferrer noopener">
      {children}
    </Anchor>
  )
}
