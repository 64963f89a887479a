export const TELEGRAM_API = 'https://api.telegram.org'

export type TelegramSettings = {
  botToken: string
  webhookSecret: string
  /** Without a slash at the end. */
  apiUrl: string
}
