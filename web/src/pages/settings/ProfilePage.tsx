import { useMe } from '../../api/me.ts'
import { KeyValue } from '../../ui/KeyValue.tsx'
import { Page, PageHeader, Section } from '../../ui/Page.tsx'
import { CalendarFeed } from '../schedules/schedule/CalendarFeed.tsx'
import { roleWords } from './people/roles.ts'
import { PasswordForm } from './profile/PasswordForm.tsx'
import { ProfileForm } from './profile/ProfileForm.tsx'
import { ContactMethods } from './reach/ContactMethods.tsx'
import { NotificationRules } from './reach/NotificationRules.tsx'
import { UpcomingShifts } from './reach/UpcomingShifts.tsx'

/** What everybody may change about themselves: above all, how they are reached. */
export function ProfilePage() {
  const me = useMe()
  return (
    <Page width="text">
      <PageHeader title="Profile" description="How you are reached when something breaks, and who you are." />
      <ContactMethods userId={me.id} isMine />
      <NotificationRules userId={me.id} isMine />
      <UpcomingShifts userId={me.id} isMine />
      <CalendarFeed of="users" id={me.id} />
      <Section title="You">
        <KeyValue
          facts={[
            ['E-mail', me.email],
            ['Role', `${roleWords[me.role].name}. ${roleWords[me.role].description}.`],
          ]}
        />
        <ProfileForm name={me.name} timeZone={me.timeZone} />
      </Section>
      <Section title="Password" description="Changing it signs you out everywhere else.">
        <PasswordForm email={me.email} />
      </Section>
    </Page>
  )
}
