// As the integrations of the server name what they receive.
const words: Record<string, string> = {
  event_alert: 'An alert rule fired',
  metric_alert: 'A metric alert changed',
  issue: 'An issue was created, resolved, archived or assigned',
  activity_alert: 'An activity alert',
  error: 'A single error',
  comment: 'A comment on an issue',
  seer: 'Findings of Seer',
  installation: 'The integration was installed or removed',
  webhooks_plugin: 'The WebHooks plugin reported an event',
  issue_format: 'An issue in the documented format',
  event_format: 'An event in the older documented format',
  trigger: 'A problem began',
  acknowledge: 'Somebody is on it',
  resolve: 'A problem ended',
}

/** A kind of message as people call it; one that this version does not know stands for itself. */
export const wordsOfKind = (kind: string): string => (Object.hasOwn(words, kind) ? words[kind]! : kind)
