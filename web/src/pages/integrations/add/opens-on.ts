import type { Choice } from '../../../forms/Choices.tsx'

/** What of Sentry may open an incident: the setting `triggerOnIssueCreated`, as people choose it. */
export type OpensOn = 'rules' | 'issues'

export const opensOnChoices: readonly Choice<OpensOn>[] = [
  {
    value: 'rules',
    title: 'Alert rules only',
    description:
      'Calm: an incident opens when one of your alert rules in Sentry says so, and when a metric alert fires. Choose this if you have alert rules, or will make some.',
  },
  {
    value: 'issues',
    title: 'Every new issue of the organization',
    description:
      'Loud: with the "issue" webhook ticked, Sentry reports each new issue of every project and environment, staging and one-off errors too. Good for a small organization; filters can narrow it down later.',
  },
]

export const triggerOnIssueCreatedOf = (opensOn: OpensOn) => opensOn === 'issues'
export const opensOnOf = (triggerOnIssueCreated: boolean): OpensOn =>
  triggerOnIssueCreated ? 'issues' : 'rules'
