import { useQuery } from '@tanstack/react-query'
import { usePeople } from '../../../api/directory.ts'
import { allSchedules } from '../../../api/schedules.ts'
import { allTeams } from '../../../api/teams.ts'
import type { NamedTarget } from '../steps/Targets.tsx'
import { choiceOf, targetOf } from './draft.ts'

/** Everybody and everything that a step may page, in groups. */
export function useTargetChoices() {
  const people = usePeople()
  const schedules = useQuery(allSchedules).data ?? []
  const teams = useQuery(allTeams).data ?? []
  return [
    {
      group: 'On call in',
      items: schedules.map(({ id, name }) => ({ value: choiceOf({ type: 'schedule', id }), label: name })),
    },
    {
      group: 'Teams',
      items: teams.flatMap(({ id, name }) => [
        { value: choiceOf({ type: 'team', id }), label: name },
        { value: choiceOf({ type: 'team', id, leadsOnly: true }), label: `${name}, leads only` },
      ]),
    },
    {
      group: 'People',
      items: people.map(({ id, name }) => ({ value: choiceOf({ type: 'user', id }), label: name })),
    },
  ].filter(({ items }) => items.length > 0)
}

/** What was chosen, with its name, as the drawing of a policy wants it. */
export function useNamed(): (choices: readonly string[]) => NamedTarget[] {
  const groups = useTargetChoices()
  const names = new Map(groups.flatMap(({ items }) => items).map(({ value, label }) => [value, label]))
  return (choices) =>
    choices.map((choice) => {
      const target = targetOf(choice)
      return { ...target, name: (names.get(choice) ?? '…').replace(/, leads only$/, '') }
    })
}
