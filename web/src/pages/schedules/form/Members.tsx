import { Select } from '@mantine/core'
import { useId } from 'react'
import { usePeople } from '../../../api/directory.ts'
import { MoveButtons } from '../../../forms/MoveButtons.tsx'
import { moved } from '../../../forms/moved.ts'
import { PersonDot } from '../calendar/PersonDot.tsx'
import { usePeopleWords } from '../calendar/words.ts'
import styles from './form.module.css'

type Props = { members: string[]; error: string | undefined; onChange: (members: string[]) => void }

/** Who takes turns, in this order; somebody may stand in it several times. */
export function Members({ members, error, onChange }: Props) {
  const { nameOf } = usePeopleWords()
  const people = usePeople()
  const labelId = useId()
  return (
    <div>
      <div className={styles.label} id={labelId}>
        Takes turns, in this order
      </div>
      {members.length > 0 && (
        <ol className={styles.members} aria-labelledby={labelId}>
          {members.map((member, index) => (
            <li key={`${index}-${member}`} className={styles.member}>
              <span className={styles.place}>{index + 1}</span>
              <PersonDot userId={member} />
              <span className={styles.grow}>{nameOf(member)}</span>
              <MoveButtons
                what={nameOf(member)}
                index={index}
                count={members.length}
                onMove={(by) => onChange(moved(members, index, by))}
                onRemove={() => onChange(members.toSpliced(index, 1))}
              />
            </li>
          ))}
        </ol>
      )}
      <Select
        aria-label="Add a person"
        placeholder="Add a person"
        searchable
        value={null}
        error={error}
        data={people.map(({ id }) => ({ value: id, label: nameOf(id) }))}
        onChange={(id) => id && onChange([...members, id])}
        nothingFoundMessage="Nobody has this name"
      />
    </div>
  )
}
