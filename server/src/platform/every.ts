/** Whether so long has passed since it last said yes. */
export function every(milliseconds: number, since = Number.NEGATIVE_INFINITY): () => boolean {
  let saidAt = since
  return () => {
    if (performance.now() - saidAt < milliseconds) return false
    saidAt = performance.now()
    return true
  }
}
