import type { AddressCheck } from './types.ts'

const ADDRESS_MAX = 2_000
const TAIL = 4

export type WebAddress = {
  /** As people call it: `the webhook URL of Slack`. */
  what: string
  example: string
  /** Whether it can be one of this kind at all. */
  isLike?: (url: URL) => boolean
}

/**
 * An address on the web that whoever knows it can post to. What is shown is its host and its last characters. Whether the host may
 * be reached at all is decided when something is sent, as its name may lead elsewhere then.
 */
export function checkWebAddress(
  text: string,
  { what, example, isLike = () => true }: WebAddress,
): AddressCheck {
  const problem = { problem: `This is not ${what}. It looks like ${example}` }
  const given = text.trim()
  if (given.length > ADDRESS_MAX || !URL.canParse(given)) return problem
  const url = new URL(given)
  if (!isWeb(url) || !isLike(url)) return problem
  if (url.username || url.password) {
    return { problem: 'An address with a user and a password in it cannot be used. Leave them out.' }
  }
  url.hash = ''
  return { address: url.href, shown: masked(url) }
}

export const isWeb = ({ protocol }: URL) => protocol === 'https:' || protocol === 'http:'

/** `https://hooks.slack.com/…Xk3d`. Short ones end with nothing that could be half of the secret. */
export function masked({ origin, pathname, search }: URL): string {
  const secret = `${pathname}${search}`.slice(1)
  return secret.length < 4 * TAIL ? `${origin}/…` : `${origin}/…${secret.slice(-TAIL)}`
}
