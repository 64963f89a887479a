import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { counted } from '../../../forms/counted.ts'
import { useNow } from '../../../ui/use-now.ts'
import type { Stretch } from '../calendar/pieces.ts'
import { lengthWords, spanIn } from '../calendar/words.ts'
import styles from './schedule.module.css'

type Props = {
  zone: string
  stretches: readonly Stretch[]
  /** When that is: "this week", "in the next 7 days". */
  when: string
  onChoose?: ((gap: Stretch) => void) | undefined
}

/** Says aloud that nobody is on call at some time that is shown and still to come. */
export function GapNote({ zone, stretches, when, onChoose }: Props) {
  const now = useNow()
  const gaps = stretches.filter(({ kind, end }) => kind === 'gap' && end > now)
  const first = gaps[0]
  if (!first) return null
  return (
    <div className={styles.gap}>
      <IconAlertTriangle size={18} aria-hidden="true" className={styles.gapIcon} />
      <div className={styles.gapWords}>
        <strong>{gaps.length === 1 ? `A gap ${when}` : `${counted(gaps.length, 'gap')} ${when}`}</strong>:
        nobody is on call {gaps.length > 1 && 'first '}
        {spanIn(zone, first.start, first.end)} ({lengthWords(first.start, first.end)})
      </div>
      {onChoose && (
        <Button size="xs" onClick={() => onChoose(first)}>
          Fill it
        </Button>
      )}
    </div>
  )
}
