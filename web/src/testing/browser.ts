// What jsdom lacks of a browser. Nothing of ours.

window.matchMedia ??= (query) =>
  ({
    matches: query.includes('reduce'),
    media: query,
    onchange: null,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
    dispatchEvent: () => false,
  }) satisfies MediaQueryList

class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return []
  }
}
Object.assign(globalThis, {
  ResizeObserver: globalThis.ResizeObserver ?? NoObserver,
  IntersectionObserver: globalThis.IntersectionObserver ?? NoObserver,
})
Object.defineProperty(document, 'fonts', { value: new EventTarget(), configurable: true })
Element.prototype.scrollIntoView ??= () => {}
window.scrollTo = () => {}

/** The live stream as a test holds it: it says something when the test says so. */
export class TestEventSource extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSED = 2
  static all: TestEventSource[] = []

  readyState: number = TestEventSource.OPEN
  onmessage: ((event: { data: string }) => void) | null = null
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  readonly url: string

  constructor(url: string) {
    super()
    this.url = url
    TestEventSource.all.push(this)
  }

  close() {
    this.readyState = TestEventSource.CLOSED
  }

  /** Every stream that is open says this. */
  static say(message: unknown) {
    for (const source of TestEventSource.all) {
      if (source.readyState === TestEventSource.OPEN) source.onmessage?.({ data: JSON.stringify(message) })
    }
  }
}
