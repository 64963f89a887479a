import { Button } from '@mantine/core'
import { useIntersection } from '@mantine/hooks'
import { useEffect } from 'react'
import styles from './LoadMore.module.css'

type Props = {
  hasMore: boolean
  isLoading: boolean
  onLoad: () => void
  /** Loads by itself when it comes into sight; otherwise waits to be pressed. */
  automatic?: boolean
  children?: React.ReactNode
}

/** The end of a list that has more. */
export function LoadMore({ hasMore, isLoading, onLoad, automatic = false, children = 'Show more' }: Props) {
  const { ref, entry } = useIntersection({ rootMargin: '400px' })
  const isDue = automatic && hasMore && !isLoading && entry?.isIntersecting === true
  useEffect(() => {
    if (isDue) onLoad()
  }, [isDue, onLoad])

  if (!hasMore) return null
  return (
    <div ref={ref} className={styles.more}>
      <Button onClick={onLoad} loading={isLoading}>
        {children}
      </Button>
    </div>
  )
}
