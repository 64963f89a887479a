import type { Message, PagedIncident } from '../channels/types.ts'

/** Messages as they are sent, for the tests of channels. */

export const pagedIncident = (given: Partial<PagedIncident> = {}): PagedIncident => ({
  number: 42,
  title: 'Checkout is down',
  severity: 'critical',
  urgency: 'high',
  serviceName: 'Shop',
  source: 'web-1',
  openedAt: new Date('2026-03-01T08:58:00Z'),
  url: 'http://opsknight.test/incidents/42',
  ...given,
})

export type PageMessage = Extract<Message, { kind: 'page' }>

export const pageMessage = (given: Partial<PageMessage> = {}): PageMessage => ({
  kind: 'page',
  key: '0195cafe-0000-7000-8000-000000000042',
  person: { name: 'Ana Example', timeZone: 'Europe/Berlin', locale: 'en' },
  incidents: [pagedIncident()],
  replies: {
    acknowledgeUrl: 'http://opsknight.test/reply/tok-en?action=acknowledge',
    resolveUrl: 'http://opsknight.test/reply/tok-en?action=resolve',
    token: 'tok-en',
  },
  allUrl: 'http://opsknight.test/incidents',
  ...given,
})

/** One of every kind. */
export const everyMessage: Message[] = [
  pageMessage(),
  pageMessage({
    key: 'bundle-7',
    incidents: [
      pagedIncident(),
      pagedIncident({ number: 43, title: 'Login is slow', severity: 'warning', urgency: 'medium' }),
    ],
  }),
  {
    kind: 'code',
    key: 'code-1',
    person: { name: 'Ana Example' },
    code: '314159',
    confirmUrl: 'http://opsknight.test/contact-methods/confirm/abc',
  },
  {
    kind: 'test',
    key: 'test-1',
    person: { name: 'Ana Example' },
    settingsUrl: 'http://opsknight.test/profile',
  },
  {
    kind: 'invitation',
    key: 'invitation-1',
    person: { name: 'Ana Example' },
    inviterName: 'Bo Example',
    url: 'http://opsknight.test/password/xyz',
  },
  {
    kind: 'notice',
    key: 'notice-1',
    title: 'Incident #42 reached nobody',
    text: 'The policy has ended and nobody acknowledged. Look at the incident.',
    url: 'http://opsknight.test/incidents/42',
  },
]
