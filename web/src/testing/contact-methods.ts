import type { ChannelView } from '#contract/channels.ts'
import type { ContactMethodView } from '#contract/contact-methods.ts'

/** A verified e-mail address; say what matters about it. */
export const aContactMethod = (changes: Partial<ContactMethodView> = {}): ContactMethodView => ({
  id: 'method-mail',
  channel: 'email',
  address: 'dana@example.com',
  label: null,
  verified: true,
  verifiedAt: '2026-11-03T04:00:00.000Z',
  verifiedBy: 'code',
  codeExpiresAt: null,
  problem: null,
  createdAt: '2026-11-03T04:00:00.000Z',
  ...changes,
})

/** E-mail as a server has it that can send some; say what matters about it. */
export const aChannel = (changes: Partial<ChannelView> = {}): ChannelView => ({
  channel: 'email',
  name: 'E-mail',
  description: 'A mail for every page, with a link that acknowledges.',
  usable: true,
  problem: null,
  configuredBy: 'environment',
  settings: [
    {
      name: 'url',
      label: 'Mail server',
      help: 'Where mail is handed over',
      placeholder: 'smtp://user:password@mail.example.com:587',
      kind: 'secret',
      required: true,
    },
    {
      name: 'from',
      label: 'From',
      help: '',
      placeholder: 'OpsKnight <ops@example.com>',
      kind: 'text',
      required: true,
    },
  ],
  values: { from: 'ops@example.com' },
  storedSecrets: [],
  address: {
    name: 'address',
    label: 'E-mail address',
    help: '',
    placeholder: 'dana@example.com',
    kind: 'email',
    required: true,
  },
  replies: true,
  updatedAt: null,
  ...changes,
})
