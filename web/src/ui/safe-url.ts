/** The address when it may stand in a link: `https:` or `http:`; a tool may send anything. */
export function safeUrl(address: string | null | undefined): string | undefined {
  if (!address || !URL.canParse(address)) return undefined
  return /^https?:$/.test(new URL(address).protocol) ? address : undefined
}
