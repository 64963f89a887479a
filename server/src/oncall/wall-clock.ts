const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** No clock has ever been moved by more at once: so far from a change of the clock a local time is one instant only. */
const FAR_MS = 26 * HOUR_MS

/** A time during which a zone keeps its distance to UTC. */
type Steady = { from: number; until: number; offset: number }

/** A window of a year meets a few; whoever asks about many years is answered all the same. */
const KNOWN_MAX = 32

/**
 * What the clocks of one time zone show. Instants are milliseconds since 1970; local times are those at which a clock in
 * UTC would show the same.
 */
class WallClock {
  /** As the time zone database writes it. */
  readonly zone: string
  #known: Steady[] = []
  #last: Steady | undefined

  constructor(zone: string) {
    this.zone = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId
  }

  localOf(instant: number): number {
    return instant + this.#steadyAt(instant).offset
  }

  /**
   * When the clock shows this. Of a time that it shows twice, the first; a time that it skips is as long after the change
   * as it would have been without: 02:30 becomes 03:30. Both are what Temporal calls `compatible`.
   */
  instantOf(local: number): number {
    const { from, until, offset } = this.#last ?? this.#steadyAt(local)
    const instant = local - offset
    if (instant - FAR_MS >= from && instant + FAR_MS < until) return instant
    return this.#askTemporal(local)
  }

  /** Whether the clock never shows this. */
  skips(local: number): boolean {
    return this.localOf(this.instantOf(local)) !== local
  }

  #askTemporal(local: number): number {
    const plain = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime()
    const instant = plain.toZonedDateTime(this.zone, { disambiguation: 'compatible' }).epochMilliseconds
    this.#steadyAt(instant)
    return instant
  }

  #steadyAt(instant: number): Steady {
    const includes = ({ from, until }: Steady) => from <= instant && instant < until
    if (!this.#last || !includes(this.#last)) {
      this.#last = this.#known.find(includes) ?? this.#discover(instant)
    }
    return this.#last
  }

  #discover(instant: number): Steady {
    const at = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(this.zone)
    const before = at.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
    const after = at.getTimeZoneTransition('next')
    const steady = {
      from: before?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
      until: after?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
      offset: at.offsetNanoseconds / 1_000_000,
    }
    this.#known = [...this.#known.slice(-KNOWN_MAX), steady]
    return steady
  }
}

const clocks = new Map<string, WallClock>()

/** The clock of a zone, which keeps what it has learned. Throws a RangeError for what is no time zone. */
export function clockOf(zone: string): WallClock {
  const known = clocks.get(zone)
  if (known) return known
  const made = new WallClock(zone)
  // By its own name, as others can be written in endless ways.
  const clock = clocks.get(made.zone) ?? made
  clocks.set(made.zone, clock)
  return clock
}

export type { WallClock }

/** `2026-11-23T09:00`, to the minute. */
export const parseLocal = (text: string): number =>
  Temporal.PlainDateTime.from(text, { overflow: 'reject' }).toZonedDateTime('UTC').epochMilliseconds

/** `2026-11-23T09:00` of a local time. */
export const formatLocal = (local: number): string => new Date(local).toISOString().slice(0, 16)

/** `09:00` of a day, `24:00` being its end. */
export const parseTimeOfDay = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * HOUR_MS + minutes * MINUTE_MS
}

/** Days since 1970 of a local time. */
export const dayOf = (local: number): number => Math.floor(local / DAY_MS)

/** Monday is 1. The first day of 1970 was a Thursday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

export const PERIOD_MS = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS } as const
