import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'

/** The files in a folder and in the folders in it, always in the same order; a file is itself, and nothing is none. */
export function filesIn(place) {
  const found = statSync(place, { throwIfNoEntry: false })
  if (!found?.isDirectory()) return found ? [place] : []
  return readdirSync(place)
    .sort()
    .flatMap((name) => filesIn(path.join(place, name)))
}
