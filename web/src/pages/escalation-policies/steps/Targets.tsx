import { IconCalendarTime, IconUser, IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { EscalationPolicyView } from '#contract/escalation-policies.ts'
import { onCallNow } from '../../../api/on-call.ts'
import { allTeams } from '../../../api/teams.ts'
import { counted } from '../../../forms/counted.ts'
import { paths } from '../../../paths.ts'
import { usePeopleWords } from '../../schedules/calendar/words.ts'
import styles from './steps.module.css'

export type NamedTarget = EscalationPolicyView['steps'][number]['targets'][number]

const icons = { user: IconUser, schedule: IconCalendarTime, team: IconUsers } as const

/** Whom a step pages, and who that is at this moment. */
export const Targets = ({ targets }: { targets: readonly NamedTarget[] }) => (
  <ul className={styles.targets}>
    {targets.map((target) => {
      const Icon = icons[target.type]
      return (
        <li key={`${target.type}-${target.id}-${target.leadsOnly ?? false}`} className={styles.target}>
          <Icon size={16} stroke={1.75} aria-hidden="true" />
          <Words target={target} />
        </li>
      )
    })}
  </ul>
)

function Words({ target }: { target: NamedTarget }) {
  switch (target.type) {
    case 'user':
      return <span>{target.name}</span>
    case 'schedule':
      return <OfSchedule target={target} />
    case 'team':
      return <OfTeam target={target} />
  }
}

function OfSchedule({ target: { id, name } }: { target: NamedTarget }) {
  const entry = useQuery(onCallNow).data?.find(({ scheduleId }) => scheduleId === id)
  const { namesOf } = usePeopleWords()
  const isGap = entry?.now.length === 0
  return (
    <span>
      Whoever is on call in <Link {...paths.schedule(id)}>{name}</Link>
      {entry && (
        <span className={isGap ? styles.gap : styles.quiet}>
          {' '}
          · now {namesOf(entry.now.map(({ userId }) => userId)).replace(/^(You|Nobody)$/, lower)}
        </span>
      )}
    </span>
  )
}

const lower = (word: string) => word.toLowerCase()

function OfTeam({ target: { id, name, leadsOnly = false } }: { target: NamedTarget }) {
  const team = useQuery(allTeams).data?.find((one) => one.id === id)
  const people = team?.members.filter(({ lead, disabled }) => !disabled && (lead || !leadsOnly)) ?? []
  return (
    <span>
      {leadsOnly ? 'The leads of ' : 'Everybody in '}
      <Link {...paths.teams()}>{name}</Link>
      {team && (
        <span className={people.length === 0 ? styles.gap : styles.quiet}>
          {' '}
          · {people.length === 0 ? 'nobody' : peopleWords(people.map((person) => person.name))}
        </span>
      )}
    </span>
  )
}

const peopleWords = (names: readonly string[]) =>
  names.length > 3 ? counted(names.length, 'person', 'people') : names.join(', ')
