import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { Kbd } from '../../../ui/Kbd.tsx'
import styles from './FilterBar.module.css'

const TYPING_PAUSE_MILLISECONDS = 200

type Props = { value: string; onChange: (value: string) => void }

/** Searches while somebody types, after a short pause. */
export function SearchField({ value, onChange }: Props) {
  const [text, setText] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  const change = useDebouncedCallback(onChange, TYPING_PAUSE_MILLISECONDS)

  // A link, the back button or "Clear" has changed the URL.
  useEffect(() => {
    if (document.activeElement !== input.current || value === '') setText(value)
  }, [value])

  return (
    <TextInput
      ref={input}
      type="search"
      className={styles.search}
      placeholder="Search or #number"
      aria-label="Search incidents"
      aria-keyshortcuts="/"
      data-search
      leftSection={<IconSearch size={16} aria-hidden="true" />}
      rightSection={
        text === '' && (
          <span className={styles.hint}>
            <Kbd keys="/" />
          </span>
        )
      }
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value)
        change(currentTarget.value.trim())
      }}
      onKeyDown={({ key, currentTarget }) => {
        if (key !== 'Escape') return
        setText('')
        onChange('')
        currentTarget.blur()
      }}
    />
  )
}
