import { Modal } from '@mantine/core'
import { Kbd } from '../ui/Kbd.tsx'
import styles from './KeyHelp.module.css'

const groups = [
  {
    name: 'Everywhere',
    keys: [
      ['Ctrl K', 'Find or do anything'],
      ['g i', 'Go to incidents'],
      ['g s', 'Go to services'],
      ['g o', 'Go to on-call'],
      ['?', 'Show these keys'],
    ],
  },
  {
    name: 'List of incidents',
    keys: [
      ['j', 'Next row'],
      ['k', 'Previous row'],
      ['Enter', 'Open'],
      ['x', 'Select'],
      ['Shift x', 'Select up to here'],
      ['Esc', 'Clear the selection'],
      ['/', 'Search'],
    ],
  },
  {
    name: 'Incident, row or selection',
    keys: [
      ['a', 'Acknowledge'],
      ['r', 'Resolve'],
      ['s', 'Snooze'],
      ['n', 'Write a note'],
    ],
  },
] as const

/** Every key there is. */
export const KeyHelp = ({ onClose }: { onClose: () => void }) => (
  <Modal opened onClose={onClose} title="Keys" size="lg" centered>
    <div className={styles.groups}>
      {groups.map(({ name, keys }) => (
        <section key={name}>
          <h3 className={styles.name}>{name}</h3>
          <dl className={styles.keys}>
            {keys.map(([key, meaning]) => (
              <div key={key} className={styles.line}>
                <dt>
                  <Kbd keys={key} />
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  </Modal>
)
