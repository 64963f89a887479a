import { useEffect, useRef } from 'react'

/** How long after `g` the second key still belongs to it. */
const SEQUENCE_MILLISECONDS = 1_000

const TYPING = 'input:not([type=checkbox]), textarea, select, [contenteditable=true]'
const HAS_KEYS_OF_ITS_OWN = '[role=dialog], [role=menu], [role=listbox]'

/** From a key or two (`j`, `shift+x`, `g i`, `mod+k`, `?`) to what it does. */
export type KeyBindings = Record<string, (event: KeyboardEvent) => void>

/** Reads key presses as the names that bindings use. One reader a page, as a sequence needs memory. */
export function createKeyReader(now: () => number = Date.now) {
  let first = { name: '', at: Number.NEGATIVE_INFINITY }
  return (event: KeyboardEvent): string[] => {
    const name = nameOf(event)
    const isSecond = now() - first.at < SEQUENCE_MILLISECONDS
    const names = isSecond ? [`${first.name} ${name}`, name] : [name]
    first = { name, at: now() }
    return names
  }
}

function nameOf({ key, shiftKey, metaKey, ctrlKey, altKey }: KeyboardEvent): string {
  if (altKey) return ''
  const isLetter = /^[a-z]$/i.test(key)
  const modifiers = [(metaKey || ctrlKey) && 'mod', shiftKey && (isLetter || key.length > 1) && 'shift']
  return [...modifiers.filter(Boolean), isLetter ? key.toLowerCase() : key].join('+')
}

/** Whether the key press is meant for something else: a field, a menu, a dialog. */
export function belongsElsewhere({ target, metaKey, ctrlKey }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false
  if (metaKey || ctrlKey) return false
  return target.closest(`${TYPING}, ${HAS_KEYS_OF_ITS_OWN}`) !== null
}

/**
 * Binds keys while the component is on the page; silent while somebody types, or a dialog or menu is open. Those of the
 * shell come `first`: `g s` is never the `s` of a list, whichever of the two was there earlier.
 */
export function useKeys(bindings: KeyBindings, { first = false } = {}): void {
  const latest = useRef(bindings)
  useEffect(() => {
    latest.current = bindings
  })
  useEffect(() => {
    const read = createKeyReader()
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || belongsElsewhere(event)) return
      const name = read(event).find((one) => Object.hasOwn(latest.current, one))
      if (name === undefined) return
      event.preventDefault()
      latest.current[name]!(event)
    }
    document.addEventListener('keydown', onKeyDown, { capture: first })
    return () => document.removeEventListener('keydown', onKeyDown, { capture: first })
  }, [first])
}
