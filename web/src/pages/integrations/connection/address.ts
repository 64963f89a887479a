/** Where Sentry is, and which organization, as far as an address says so. */
export type SentryPlace = { url: string; organization: string | null }

/** Hosts of sentry.io that are no organization. */
const REGIONS = new Set(['us', 'de', 'www'])

/**
 * Reads an address that somebody copied from their browser, whichever page of Sentry they were on. Organizations of sentry.io
 * have hosts of their own; the API answers at sentry.io.
 */
export function placeIn(text: string): SentryPlace {
  const given = text.trim()
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `https://${given}`
  if (given === '' || !URL.canParse(whole)) return { url: given, organization: null }
  const { origin, hostname, protocol, pathname } = new URL(whole)
  const [, sub] = hostname.match(/^([a-z0-9_-]+)\.sentry\.io$/) ?? []
  const ofHost = sub && !REGIONS.has(sub) ? sub : null
  const [, before = '', ofPath] = pathname.match(/^(.*?)\/(?:organizations|settings)\/([^/]+)/) ?? []
  const base = ofHost ? `${protocol}//sentry.io` : origin
  // Within Sentry's own settings a page may come before the organization.
  const named = ofPath && ofPath !== 'account' ? ofPath : null
  return {
    url: ofHost || ofPath ? base + before : whole.replace(/\/+$/, ''),
    organization: ofHost ?? named,
  }
}

/** Sentry's page about the internal integration, where its permissions are; null while nobody knows which one it is. */
export function settingsPageOf(
  { url, organization }: { url: string; organization: string },
  appSlug: string | null | undefined,
): string | null {
  if (!appSlug) return null
  // The regions of sentry.io serve only the API.
  const pages = url.replace(/^https:\/\/(?:us|de)\.sentry\.io$/, 'https://sentry.io')
  return `${pages}/settings/${organization}/developer-settings/${encodeURIComponent(appSlug)}/`
}
