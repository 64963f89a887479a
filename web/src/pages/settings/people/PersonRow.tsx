import { IconBellOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { UserView } from '#contract/people.ts'
import { useMe } from '../../../api/me.ts'
import { paths } from '../../../paths.ts'
import { channelWords } from '../../../ui/channels.ts'
import { Row } from '../../../ui/Rows.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import styles from '../settings.module.css'
import { roleWords } from './roles.ts'

/** A person: who, how they are reached, since when last seen. The row leads to their page. */
export function PersonRow({ person }: { person: UserView }) {
  const isMe = useMe().id === person.id
  return (
    <Row
      isFaint={person.disabled}
      title={
        <Link {...paths.person(person.id)}>
          {person.name}
          {isMe && <span className={styles.you}> (you)</span>}
        </Link>
      }
      description={person.email}
      facts={
        <>
          <span className={styles.reached}>
            <ReachedBy person={person} />
          </span>
          <span className={styles.roleName}>{roleWords[person.role].name}</span>
          <span className={styles.standing}>
            <Standing person={person} />
          </span>
        </>
      }
    />
  )
}

function ReachedBy({ person: { disabled, reachedBy } }: { person: UserView }) {
  if (disabled) return null
  if (reachedBy.length > 0) return reachedBy.map((channel) => channelWords[channel].name).join(', ')
  return (
    <span className={styles.unreached}>
      <IconBellOff size={14} aria-hidden="true" /> Nothing reaches them
    </span>
  )
}

function Standing({ person: { disabled, active, lastSeenAt } }: { person: UserView }) {
  if (disabled) return 'Disabled'
  if (!active) return 'Invited, no password yet'
  return lastSeenAt ? (
    <>
      Seen <TimeAgo at={lastSeenAt} />
    </>
  ) : (
    'Never signed in'
  )
}
