import { Button, Collapse } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { Row, Rows } from '../../../ui/Rows.tsx'
import type { Stretch } from '../calendar/pieces.ts'
import { lengthWords, spanIn, usePeopleWords } from '../calendar/words.ts'
import styles from './schedule.module.css'

type Props = { zone: string; stretches: readonly Stretch[]; onChoose: (stretch: Stretch) => void }

/** The same shifts in words: for narrow screens, for many short shifts, for whoever prefers to read. */
export function AlsoAsList(props: Props) {
  const [isOpen, { toggle }] = useDisclosure(false)
  const Icon = isOpen ? IconChevronDown : IconChevronRight
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        size="xs"
        leftSection={<Icon size={14} aria-hidden="true" />}
        aria-expanded={isOpen}
        onClick={toggle}
      >
        These shifts as a list
      </Button>
      <Collapse expanded={isOpen} transitionDuration={0}>
        {isOpen && <List {...props} />}
      </Collapse>
    </div>
  )
}

function List({ zone, stretches, onChoose }: Props) {
  const { namesOf } = usePeopleWords()
  return (
    <div className={styles.list}>
      <Rows label="Shifts">
        {stretches.map((stretch) => (
          <Row
            key={stretch.start.getTime()}
            title={
              <span className={stretch.kind === 'gap' ? styles.danger : undefined}>
                {namesOf(stretch.userIds)}
              </span>
            }
            description={`${spanIn(zone, stretch.start, stretch.end)} · ${lengthWords(stretch.start, stretch.end)}${stretch.kind === 'override' ? ' · override' : ''}`}
            actions={
              <Button
                size="xs"
                onClick={() => onChoose(stretch)}
                aria-label={`Change ${namesOf(stretch.userIds)}, ${spanIn(zone, stretch.start, stretch.end)}`}
              >
                Change
              </Button>
            }
          />
        ))}
      </Rows>
    </div>
  )
}
