import { Stack } from '@mantine/core'
import type { z } from 'zod'
import type { InvitedUser } from '#contract/people.ts'
import { ShownOnce } from '../../../forms/ShownOnce.tsx'
import { exactWords } from '../../../ui/time-words.ts'

/** The one-time link to hand over. OpsKnight sends no mail by itself. */
export const InvitationLink = ({ invitation }: { invitation: z.infer<typeof InvitedUser> }) => (
  <Stack gap="sm">
    <ShownOnce value={invitation.link} what="link">
      Shown only now. Hand this link to {invitation.user.name} yourself: whoever opens it chooses the password
      of {invitation.user.email}.
    </ShownOnce>
    <p style={{ margin: 0 }}>It works once, until {exactWords(new Date(invitation.linkExpiresAt))}.</p>
  </Stack>
)
