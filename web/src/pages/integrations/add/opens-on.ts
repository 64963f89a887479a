import type { Choice } from '../../../forms/Choices.tsx'

/** What of Sentry may open an incident: the setting `triggerOnIssueCreated`, as people choose it. */
export type OpensOn = 'rules' | 'issues'

export const opensOnChoices: readonly Choice<OpensOn>[] = [
  {
    value: 'issues',
    title: 'Every new issue of the organization',
    description:
      'Nothing is missed, and it is loud: once Sentry reports issues, each new one of every project and environment opens an incident, staging and one-off errors too. Filters can narrow that down later.',
  },
  {
    value: 'rules',
    title: 'Alert rules only',
    description:
      'Calm: an incident opens when one of your alert rules in Sentry says so, or a metric alert fires. Right for an organization with many projects, once its alert rules are good.',
  },
]

export const triggerOnIssueCreatedOf = (opensOn: OpensOn) => opensOn === 'issues'
export const opensOnOf = (triggerOnIssueCreated: boolean): OpensOn =>
  triggerOnIssueCreated ? 'issues' : 'rules'
