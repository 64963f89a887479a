export const SLACK_API = 'https://slack.com/api'

export type SlackSettings = {
  botToken: string
  signingSecret: string
  /** Without a slash at the end. */
  apiUrl: string
}
