// Loaded into a server with `node --import`: its clock goes on from another time when it is told so. What measures how long
// something takes (timers, performance.now) goes on undisturbed, as it does when a real clock is set.

const RealDate = Date
let shiftMs = 0

class ShiftedDate extends RealDate {
  // biome-ignore lint/suspicious/noExplicitAny: the constructor takes whatever Date takes.
  constructor(...given: any[]) {
    // @ts-expect-error A spread is no tuple.
    super(...(given.length === 0 ? [ShiftedDate.now()] : given))
  }

  static override now(): number {
    return RealDate.now() + shiftMs
  }
}

globalThis.Date = ShiftedDate as DateConstructor

process.on('message', (message: { shiftMs?: number }) => {
  shiftMs = message.shiftMs ?? shiftMs
})
// Whoever listens keeps the channel, and with it the process, alive.
process.channel?.unref()
