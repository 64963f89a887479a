/** What is known to a sender of one message after its last answer. */
export type Outcome =
  | 'accepted'
  /** Answered 503, or not at all: it may have been applied all the same, once. */
  | 'unknown'

export type Message = {
  /** Names it in the title of its alert, and so in the log of deliveries. */
  marker: string
  action: 'trigger' | 'resolve'
  outcome: Outcome
  /** How often it was sent. More than once only with an `Idempotency-Key`. */
  sent: number
}

/** Messages about one problem, each sent when the one before was answered. */
export type Story = {
  /** The problem's key, which no other story has. */
  key: string
  /** Whether everything went to one server: only then is the order kept. */
  isInOrder: boolean
  messages: Message[]
}

/** What happened to an event that came with an API key, which leaves no delivery. */
export type ProgramEvent = { key: string; outcome: Outcome }

/** Everything that was sent in a round, as the senders remember it. */
export class Ledger {
  readonly stories: Story[] = []
  readonly programEvents: ProgramEvent[] = []
  /** Answers by status; 0 where there was none. */
  readonly answers = new Map<number, number>()
  /** Why senders were told to come again later, and how often. */
  readonly refusals = new Map<string, number>()
  /** Answers that no sender may get, in words. */
  readonly wrongAnswers: string[] = []
  queued = 0
  worstMs = 0

  get messages(): Message[] {
    return this.stories.flatMap(({ messages }) => messages)
  }

  countRefusal(why: string): void {
    this.refusals.set(why, (this.refusals.get(why) ?? 0) + 1)
  }

  countAnswer(status: number, tookMs: number): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1)
    // How long a killed server took to say nothing is nobody's fault.
    if (status !== 0) this.worstMs = Math.max(this.worstMs, tookMs)
  }
}
