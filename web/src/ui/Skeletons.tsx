import { Skeleton } from '@mantine/core'
import styles from './Skeletons.module.css'

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

/** Rows that are on their way. */
export const ListSkeleton = ({ rows = 8 }: { rows?: number }) => (
  <output className={styles.list} aria-label="Loading">
    {upTo(rows).map((row) => (
      <div key={row} className={styles.row}>
        <Skeleton height={14} width={14} circle />
        <Skeleton height={12} width={`${38 + ((row * 17) % 31)}%`} />
        <Skeleton height={12} width={72} ml="auto" />
      </div>
    ))}
  </output>
)

/** Paragraphs that are on their way. */
export const TextSkeleton = ({ lines = 4 }: { lines?: number }) => (
  <output className={styles.text} aria-label="Loading">
    {upTo(lines).map((line) => (
      <Skeleton key={line} height={12} width={`${92 - ((line * 23) % 41)}%`} />
    ))}
  </output>
)

/** A form or a card of settings. */
export const FormSkeleton = ({ fields = 3 }: { fields?: number }) => (
  <output className={styles.form} aria-label="Loading">
    {upTo(fields).map((field) => (
      <div key={field} className={styles.text}>
        <Skeleton height={12} width={120} />
        <Skeleton height={32} />
      </div>
    ))}
  </output>
)

/** Two columns: facts and what happened. */
export const DetailSkeleton = () => (
  <div className={styles.detail}>
    <div className={styles.form}>
      <Skeleton height={24} width="70%" />
      <TextSkeleton lines={2} />
      <Skeleton height={160} />
      <TextSkeleton lines={6} />
    </div>
    <ListSkeleton rows={5} />
  </div>
)

/** A page of which nothing is known yet. */
export const PageSkeleton = () => (
  <div className={styles.page}>
    <Skeleton height={24} width={192} />
    <ListSkeleton />
  </div>
)
