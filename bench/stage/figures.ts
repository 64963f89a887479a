/** What one measurement found. Times are in milliseconds. */
export type Figures = {
  /** Answers per second. */
  rate: number
  p50: number
  p99: number
  worst: number
}

/** `latencies` in milliseconds, in any order; the rate is that of `seconds`. */
export function figuresOf(latencies: readonly number[], seconds: number): Figures {
  const sorted = Float64Array.from(latencies).sort()
  return {
    rate: sorted.length / seconds,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    worst: sorted.at(-1) ?? Number.NaN,
  }
}

/** The smallest value that at least this share of all does not exceed. */
function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}
