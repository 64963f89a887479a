const numbers = new Intl.NumberFormat('en')

/** `1 incident`, `2 incidents`, `1,200 deliveries`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${numbers.format(count)} ${count === 1 ? one : many}`
