import type { TeamView } from '#contract/teams.ts'

/** `Led by Dana Okonjo; Bo Sandvik, Ana Reis`; somebody who is disabled is not paged, which is said. */
export function membersWords(members: TeamView['members']): string {
  if (members.length === 0) return 'Nobody is in it, so it pages nobody'
  const named = (lead: boolean) =>
    members
      .filter((member) => member.lead === lead)
      .map(({ name, disabled }) => (disabled ? `${name} (disabled)` : name))
      .join(', ')
  return [named(true) && `Led by ${named(true)}`, named(false)].filter(Boolean).join('; ')
}
