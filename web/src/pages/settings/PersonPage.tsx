import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { UserDetail } from '#contract/people.ts'
import { useMe, useReasonAgainst } from '../../api/me.ts'
import { userOne } from '../../api/people.ts'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { KeyValue } from '../../ui/KeyValue.tsx'
import { Page, PageHeader, Section } from '../../ui/Page.tsx'
import { FormSkeleton } from '../../ui/Skeletons.tsx'
import { TimeAgo } from '../../ui/TimeAgo.tsx'
import { DangerZone } from './people/DangerZone.tsx'
import { PersonActions } from './people/PersonActions.tsx'
import { roleWords } from './people/roles.ts'
import { ContactMethods } from './reach/ContactMethods.tsx'
import { NotificationRules } from './reach/NotificationRules.tsx'
import { UpcomingShifts } from './reach/UpcomingShifts.tsx'

const route = getRouteApi('/app/settings/people/$id')

/** One person: how they are reached, when they are on call, and what an administrator may change. */
export function PersonPage() {
  const { id } = route.useParams()
  const { data: person, error, refetch } = useQuery(userOne(id))
  return (
    <Page width="text">
      {person ? (
        <Person person={person} problem={error} />
      ) : (
        <>
          <PageHeader title="Person" above={<TextLink {...paths.people()}>People</TextLink>} />
          {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <FormSkeleton />}
        </>
      )}
    </Page>
  )
}

function Person({ person, problem }: { person: UserDetail; problem: Error | null }) {
  const isMe = useMe().id === person.id
  const notAllowed = useReasonAgainst('configure')
  const mayChange = isMe ? undefined : notAllowed
  return (
    <>
      <PageHeader
        title={person.name}
        description={person.email}
        above={<TextLink {...paths.people()}>People</TextLink>}
        actions={<PersonActions person={person} />}
      />
      <ErrorNote error={problem} />
      <Section title="About">
        <KeyValue facts={factsOf(person)} />
      </Section>
      <ContactMethods userId={person.id} isMine={isMe} notAllowed={mayChange} />
      <NotificationRules userId={person.id} isMine={isMe} notAllowed={mayChange} />
      <UpcomingShifts userId={person.id} isMine={isMe} />
      <DangerZone person={person} isMe={isMe} />
    </>
  )
}

const factsOf = ({ role, teams, timeZone, active, disabled, lastSeenAt, createdAt }: UserDetail) =>
  [
    ['Role', `${roleWords[role].name}. ${roleWords[role].description}.`],
    ['Teams', teams.map(({ name, lead }) => (lead ? `${name} (lead)` : name)).join(', ')],
    ['Time zone', timeZone],
    ['Standing', disabled ? 'Disabled' : active ? null : 'Invited, no password yet'],
    ['Last seen', lastSeenAt && <TimeAgo key="seen" at={lastSeenAt} />],
    ['Here since', <TimeAgo key="invited" at={createdAt} />],
  ] as const
