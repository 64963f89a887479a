import { useEffect, useRef, useState } from 'react'

const SHOWN_MILLISECONDS = 2_000

/** Copies text, and says for two seconds whether that worked. */
export function useCopy(): { state: 'ready' | 'copied' | 'failed'; copy: (text: string) => void } {
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  async function copy(text: string) {
    const isDone = await toClipboard(text).catch(() => false)
    clearTimeout(timer.current)
    setState(isDone ? 'copied' : 'failed')
    timer.current = setTimeout(() => setState('ready'), SHOWN_MILLISECONDS)
  }

  return { state, copy: (text) => void copy(text) }
}

async function toClipboard(text: string): Promise<boolean> {
  // Browsers offer the clipboard on https and localhost only; many servers of one's own are neither.
  if (!('clipboard' in navigator)) return byCommand(text)
  await navigator.clipboard.writeText(text)
  return true
}

function byCommand(text: string): boolean {
  const onCopy = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  document.addEventListener('copy', onCopy, { capture: true })
  try {
    return document.execCommand('copy')
  } finally {
    document.removeEventListener('copy', onCopy, { capture: true })
  }
}
