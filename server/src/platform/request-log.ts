import type { FastifyBaseLogger } from 'fastify'

/**
 * The log of one request. Most requests have nothing to say, and a logger with their id costs more than to parse a small
 * body: it is made with the first line.
 */
export function requestLog(parent: FastifyBaseLogger, bindings: Record<string, unknown>): FastifyBaseLogger {
  return new RequestLog(parent, bindings) as unknown as FastifyBaseLogger
}

type Line = Parameters<FastifyBaseLogger['info']>

class RequestLog {
  readonly #parent: FastifyBaseLogger
  readonly #bindings: Record<string, unknown>
  #made: FastifyBaseLogger | null = null

  constructor(parent: FastifyBaseLogger, bindings: Record<string, unknown>) {
    this.#parent = parent
    this.#bindings = bindings
  }

  get #own(): FastifyBaseLogger {
    this.#made ??= this.#parent.child(this.#bindings)
    return this.#made
  }

  get level() {
    return this.#parent.level
  }

  fatal(...line: Line) {
    this.#own.fatal(...line)
  }
  error(...line: Line) {
    this.#own.error(...line)
  }
  warn(...line: Line) {
    this.#own.warn(...line)
  }
  info(...line: Line) {
    this.#own.info(...line)
  }
  debug(...line: Line) {
    this.#own.debug(...line)
  }
  trace(...line: Line) {
    this.#own.trace(...line)
  }
  silent() {}
  child(...of: Parameters<FastifyBaseLogger['child']>) {
    return this.#own.child(...of)
  }
}
