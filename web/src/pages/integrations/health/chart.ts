import type { IntegrationHealth } from '#contract/integrations.ts'

type Hours = IntegrationHealth['hours']
type Hour = Hours[number]

export const HOURS_BETWEEN_LABELS = 4

const total = ({ accepted, ignored, rejected }: Hour) => accepted + ignored + rejected

/** The top of the axis: the smallest round even number that holds every bar, so that its half is whole too. */
export function axisTop(hours: Hours): number {
  const most = Math.max(0, ...hours.map(total))
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, most))))
  return [2, 4, 6, 8, 10, 20].map((step) => step * scale).find((step) => step >= most) ?? most
}

/** Each hour as the parts of a bar, in percent of the axis; what is there is seen, however little. */
export const columnsOf = (hours: Hours, top: number) =>
  hours.map((hour) => ({
    hour: hour.hour,
    label: clock.format(new Date(hour.hour)),
    title: `${spanOf(hour.hour)}: ${hour.accepted} accepted, ${hour.ignored} ignored, ${hour.rejected} rejected`,
    heights: {
      accepted: percent(hour.accepted, top),
      ignored: percent(hour.ignored, top),
      rejected: percent(hour.rejected, top),
    },
  }))

const SEEN_PERCENT = 1.5
const percent = (count: number, top: number) =>
  count === 0 ? 0 : Math.max(SEEN_PERCENT, (count / top) * 100)

/** `14:00–15:00` in the reader's own zone. */
export function spanOf(hour: string): string {
  const start = new Date(hour)
  return `${clock.format(start)}–${clock.format(new Date(start.getTime() + 3_600_000))}`
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
