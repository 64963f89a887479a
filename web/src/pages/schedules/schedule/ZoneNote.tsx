import { differenceWords, formatIn, ownZone } from '../../../time/zones.ts'
import { useNow } from '../../../ui/use-now.ts'

/** In which zone times are, what the clocks there show, and how far that is from the reader's. */
export function ZoneNote({ zone }: { zone: string }) {
  const now = useNow()
  const clock = formatIn(zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(now)
  const difference = differenceWords(zone, ownZone(), now)
  return (
    <>
      Times are in {zone}, where it is {clock}
      {difference && `, ${difference} (${ownZone()})`}
    </>
  )
}
