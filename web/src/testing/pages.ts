import type { PageView } from '#contract/pages.ts'

/** A page about incident 42 that Dana's mail server has taken; say what matters about it. */
export const aPage = (changes: Partial<PageView> = {}): PageView => ({
  id: 'page-1',
  incidentId: 'incident-42',
  incidentNumber: 42,
  incidentTitle: 'Problem 42',
  userId: 'user-dana',
  userName: 'Dana Ortiz',
  channel: 'email',
  address: 'd…a@example.com',
  status: 'sent',
  reason: null,
  urgency: 'high',
  cause: 'escalation',
  step: 1,
  cycle: 0,
  dueAt: '2026-11-03T04:42:00.000Z',
  sentAt: '2026-11-03T04:42:01.000Z',
  deliveredAt: null,
  seenAt: null,
  attempts: 1,
  answer: null,
  ...changes,
})
