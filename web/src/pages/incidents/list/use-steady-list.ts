import { useState } from 'react'
import { type Steady, settle } from './steady.ts'

/** Keeps a live list still while `isHeld`. Another `key` (another filter) is another list, shown at once. */
export function useSteadyList<Item extends { id: string }>(
  key: string,
  latest: readonly Item[],
  isHeld: boolean,
): Steady<Item> {
  const [last, setLast] = useState<{ key: string; shown: readonly Item[] }>({ key, shown: latest })
  const steady = settle(last.key === key ? last.shown : [], latest, isHeld)
  if (last.key !== key || !isSame(last.shown, steady.shown)) setLast({ key, shown: steady.shown })
  return steady
}

const isSame = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((item, index) => item === b[index])
