import { type PointerEvent, useEffect, useState } from 'react'

/** Whether the list must keep still: it is scrolled, or the mouse is over it. */
export function useHeld() {
  const [isScrolled, setScrolled] = useState(false)
  const [isPointed, setPointed] = useState(false)

  useEffect(() => {
    const onScroll = () => setScrolled(window.scrollY > 8)
    onScroll()
    window.addEventListener('scroll', onScroll, { passive: true })
    return () => window.removeEventListener('scroll', onScroll)
  }, [])

  const isMouse = (event: PointerEvent) => event.pointerType === 'mouse'
  return {
    isHeld: isScrolled || isPointed,
    release: () => {
      setPointed(false)
      setScrolled(false)
      window.scrollTo({ top: 0 })
    },
    pointerHandlers: {
      onPointerEnter: (event: PointerEvent) => isMouse(event) && setPointed(true),
      onPointerLeave: (event: PointerEvent) => isMouse(event) && setPointed(false),
    },
  }
}
