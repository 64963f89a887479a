import { Stack } from '@mantine/core'
import type { InvitedUser } from '#contract/people.ts'
import { ShownOnce } from '../../../forms/ShownOnce.tsx'
import { exactWords } from '../../../ui/time-words.ts'

/** The one-time link, and whether it is on its way by e-mail too. */
export const InvitationLink = ({ invitation }: { invitation: InvitedUser }) => (
  <Stack gap="sm">
    <p style={{ margin: 0 }}>
      {invitation.invitedByEmail
        ? `An e-mail with this link is on its way to ${invitation.email}. If it does not arrive, hand the link over yourself.`
        : `No e-mail was sent: ${invitation.emailProblem ?? 'mail is not set up.'} Hand this link to ${invitation.name} yourself.`}
    </p>
    <ShownOnce value={invitation.inviteUrl} what="link">
      Shown only now. Whoever opens it chooses the password of {invitation.email}.
    </ShownOnce>
    <p style={{ margin: 0 }}>It works once, until {exactWords(new Date(invitation.inviteExpiresAt))}.</p>
  </Stack>
)
