import type { UserView } from '#contract/people.ts'
import { useMe } from '../../../api/me.ts'
import { Row } from '../../../ui/Rows.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import styles from '../settings.module.css'
import { PersonActions } from './PersonActions.tsx'

/** A person: who, since when last seen, and what an administrator may change. */
export function PersonRow({ person }: { person: UserView }) {
  const isMe = useMe().id === person.id
  return (
    <Row
      isFaint={person.disabled}
      title={
        <>
          {person.name}
          {isMe && <span className={styles.you}> (you)</span>}
        </>
      }
      description={person.email}
      facts={
        <span className={styles.standing}>
          <Standing person={person} />
        </span>
      }
      actions={<PersonActions person={person} isMe={isMe} />}
    />
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
