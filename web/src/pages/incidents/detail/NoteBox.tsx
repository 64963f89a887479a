import { Textarea } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { IncidentView } from '#contract/incidents.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useIncidentAction } from '../../../api/use-incident-action.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Kbd } from '../../../ui/Kbd.tsx'
import styles from './Timeline.module.css'

const NOTE_MAX_CHARACTERS = 10_000

/** What somebody found out, for everybody who looks later. A note that fails to be sent is not lost. */
export function NoteBox({ incident }: { incident: IncidentView }) {
  const [text, setText] = useState('')
  const { mutate, error } = useIncidentAction()
  const notAllowed = useReasonAgainst('act')
  const input = useFocusFromLink()
  const note = text.trim()

  function send() {
    if (!note || notAllowed) return
    setText('')
    const giveBack = () => setText((now) => now || note)
    mutate({ incidents: [incident], action: { kind: 'note', text: note } }, { onError: giveBack })
  }

  return (
    <div className={styles.box}>
      <Textarea
        ref={input}
        data-note
        aria-label="Note"
        aria-keyshortcuts="n"
        placeholder={notAllowed ?? 'Write what you see or do'}
        disabled={notAllowed !== undefined}
        autosize
        minRows={2}
        maxRows={12}
        maxLength={NOTE_MAX_CHARACTERS}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={({ key, metaKey, ctrlKey, currentTarget }) => {
          if (key === 'Enter' && (metaKey || ctrlKey)) send()
          if (key === 'Escape') currentTarget.blur()
        }}
      />
      {note && (
        <div className={styles.boxFoot}>
          <Kbd keys="Ctrl Enter" />
          <ActionButton onClick={send}>Add note</ActionButton>
        </div>
      )}
      <ErrorNote error={error} />
    </div>
  )
}

/** A link to `#note` (the key `n` in the list) leads into the box. */
function useFocusFromLink() {
  const input = useRef<HTMLTextAreaElement>(null)
  const hash = useLocation({ select: (location) => location.hash })
  useEffect(() => {
    if (hash === 'note') input.current?.focus()
  }, [hash])
  return input
}
