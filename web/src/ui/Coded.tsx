/** Words with parts between backticks that are to be typed or found exactly so. */
export const Coded = ({ text }: { text: string }) => {
  const parts = text.split(/(`[^`]+`)/)
  return parts.map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text stay where they are
    part.startsWith('`') ? <code key={index}>{part.slice(1, -1)}</code> : part,
  )
}
