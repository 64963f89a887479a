import { VisuallyHidden } from '@mantine/core'
import { ageWords, agoWords, exactWords } from './time-words.ts'
import { useNow } from './use-now.ts'

type Props = {
  /** ISO 8601. */
  at: string
  /** `age` leaves out "ago", for columns. */
  format?: 'ago' | 'age'
  className?: string | undefined
}

/** How long ago, kept up to date; the exact time on hover and for screen readers. */
export function TimeAgo(props: Props) {
  const isFresh = Math.abs(Date.now() - Date.parse(props.at)) < 60_000
  return isFresh ? <InSeconds {...props} /> : <InMinutes {...props} />
}

const InSeconds = (props: Props) => <Words {...props} now={useNow('seconds')} />
const InMinutes = (props: Props) => <Words {...props} now={useNow('quarters')} />

function Words({ at, format = 'ago', className, now }: Props & { now: Date }) {
  const date = new Date(at)
  const exact = exactWords(date)
  return (
    <time dateTime={at} title={exact} className={className}>
      {format === 'ago' ? agoWords(date, now) : ageWords(date, now)}
      <VisuallyHidden> ({exact})</VisuallyHidden>
    </time>
  )
}
