/** Where "now" comes from. Handed to everything that asks, so that tests stand anywhere in time. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }

export const addMilliseconds = (at: Date, milliseconds: number) => new Date(at.getTime() + milliseconds)
export const addMinutes = (at: Date, minutes: number) => new Date(at.getTime() + minutes * 60_000)
export const addSeconds = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1_000)
