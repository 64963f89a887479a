import { useNow } from '../../../ui/use-now.ts'
import { useColourOf } from './colours.ts'
import { type Day, type Piece, piecesOf, type Stretch, shareOf } from './pieces.ts'
import styles from './Strip.module.css'
import { shortOf, usePeopleWords } from './words.ts'

type Props = {
  days: readonly Day[]
  stretches: readonly Stretch[]
  /** Names what a bar is, with its times. */
  describe: (stretch: Stretch) => string
  /** What a bar does when it is pressed; without, it is only looked at. */
  onChoose?: ((stretch: Stretch) => void) | undefined
  /** Smaller, for what lies below the final schedule. */
  isLayer?: boolean
}

/** A few days in a row, and who is on call in them. */
export function Strip({ days, stretches, describe, onChoose, isLayer = false }: Props) {
  const share = shareOf(days, useNow())
  const colourOf = useColourOf()
  const { nameOf } = usePeopleWords()
  return (
    <div
      className={isLayer ? `${styles.strip} ${styles.layer}` : styles.strip}
      style={{ '--days': days.length } as React.CSSProperties}
    >
      {piecesOf(days, stretches).map((piece) => (
        <Bar
          key={piece.start.getTime()}
          piece={piece}
          colour={colourOf(piece.userIds[0])}
          names={piece.userIds.map(nameOf)}
          {...{ describe, onChoose }}
        />
      ))}
      {share > 0 && share < 1 && <span className={styles.now} style={{ left: percent(share) }} />}
    </div>
  )
}

const percent = (share: number) => `${(share * 100).toFixed(3)}%`

type BarProps = Pick<Props, 'describe' | 'onChoose'> & { piece: Piece; colour: string; names: string[] }

function Bar({ piece, colour, names, describe, onChoose }: BarProps) {
  const looks = {
    className: styles.bar,
    style: { left: percent(piece.left), width: percent(piece.width) },
    title: describe(piece),
    'data-kind': piece.kind,
    'data-colour': colour,
    'data-cut-left': piece.isCutLeft || undefined,
    'data-cut-right': piece.isCutRight || undefined,
  }
  const fill = (
    <span className={styles.fill} aria-hidden="true">
      <span className={styles.name}>{names.join(', ') || 'Nobody'}</span>
      {/* Drawn and not written: it is no part of what the bar is called. */}
      <span className={styles.short} data-short={shortOf(names)} />
    </span>
  )
  return onChoose ? (
    <button type="button" {...looks} aria-label={describe(piece)} onClick={() => onChoose(piece)}>
      {fill}
    </button>
  ) : (
    <span role="img" {...looks} aria-label={describe(piece)}>
      {fill}
    </span>
  )
}
