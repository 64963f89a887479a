import { ActionIcon, Checkbox, Select } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useNameOf, usePeople } from '../../../api/directory.ts'
import styles from './teams.module.css'

export type MemberDraft = { userId: string; lead: boolean }

type Props = {
  name: string
  value: MemberDraft[]
  error: string | undefined
  onChange: (members: MemberDraft[]) => void
}

/** Who is in the team, and which of them lead it. */
export function TeamMembers({ value: members, error, onChange }: Props) {
  const nameOf = useNameOf()
  const people = usePeople().filter(({ id }) => !members.some(({ userId }) => userId === id))
  return (
    <div>
      <Select
        label="Members"
        placeholder="Add a person"
        searchable
        value={null}
        error={error}
        data={people.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(userId) => userId && onChange([...members, { userId, lead: false }])}
        nothingFoundMessage="Nobody else has this name"
      />
      {members.length > 0 && (
        <ul className={styles.members} aria-label="Members">
          {members.map(({ userId, lead }, index) => (
            <li key={userId} className={styles.member}>
              <span className={styles.name}>{nameOf(userId)}</span>
              <Checkbox
                label="Lead"
                aria-label={`${nameOf(userId)} leads the team`}
                checked={lead}
                onChange={({ currentTarget }) =>
                  onChange(members.with(index, { userId, lead: currentTarget.checked }))
                }
              />
              <ActionIcon
                size="sm"
                aria-label={`Remove ${nameOf(userId)}`}
                onClick={() => onChange(members.toSpliced(index, 1))}
              >
                <IconX size={16} aria-hidden="true" />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
