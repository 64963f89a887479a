import type { ReactNode } from 'react'

export type Command = {
  id: string
  label: string
  /** A second line. */
  hint?: string
  mark?: ReactNode
  /** The server has matched it with the words already. */
  isFound?: boolean
  run: () => void
}
export type CommandGroup = { name: string; commands: Command[] }

/** How many of each group are shown, so that every group is seen. */
const MOST_OF_A_GROUP = 5

/** The commands that have all the words of the query somewhere in their names; groups without any are left out. */
export function matching(groups: readonly CommandGroup[], query: string): CommandGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const hasAll = ({ label, hint = '', isFound }: Command) => {
    const text = `${label} ${hint}`.toLowerCase()
    return isFound || words.every((word) => text.includes(word))
  }
  return groups
    .map(({ name, commands }) => ({ name, commands: commands.filter(hasAll).slice(0, MOST_OF_A_GROUP) }))
    .filter(({ commands }) => commands.length > 0)
}
