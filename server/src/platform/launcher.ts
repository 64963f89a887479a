/**
 * Calls `end` once when the launcher (`npm start`) is gone without having stopped us, even when it was killed: the channel to
 * it closes then. Does nothing in a process that was started in another way. Does not keep the process alive.
 */
export function onLauncherGone(end: () => void): void {
  if (!process.connected) return
  process.once('disconnect', end)
  process.channel?.unref()
}
