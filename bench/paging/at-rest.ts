import { setTimeout as delay } from 'node:timers/promises'
import { withinTime } from '../../server/src/platform/within-time.ts'
import type { Check } from '../stage/checks.ts'
import { type Figures, figuresOf } from '../stage/figures.ts'
import { say } from '../stage/output.ts'
import { trigger } from './alerts.ts'
import type { MailServer } from './mail-server.ts'
import { numbersIn } from './numbers.ts'
import type { OnCall } from './people.ts'

/** From when an alert is sent to when it is answered, and to when the mail about it has arrived. In milliseconds. */
export type AtRest = { answered: Figures; handedOver: Figures }

const WARM_UPS = 10
const GIVE_UP_MS = 20_000
/** Between two alerts, so that none meets the work of the one before; not the same, so that none meets the same sweep. */
const REST_MS = { least: 150, more: 100 }

/** One alert after the other, each about somebody who has not been paged before. */
export async function measureAtRest(
  port: number,
  mails: MailServer,
  people: readonly OnCall[],
): Promise<{ figures: AtRest; checks: Check[] }> {
  const [answered, handedOver]: [number[], number[]] = [[], []]
  const expected = new Map<number, string>()
  for (const [index, person] of people.entries()) {
    const arrival = mails.next()
    const { number, sentAt, answeredAt } = await trigger(port, person, `At rest ${index}`)
    const arrivedAt = await withinTime(arrival, GIVE_UP_MS)
    expected.set(number, person.email)
    if (index >= WARM_UPS) {
      answered.push(answeredAt - sentAt)
      handedOver.push(arrivedAt - sentAt)
    }
    if ((index + 1) % 50 === 0) say(`${index + 1} of ${people.length} …`)
    await delay(REST_MS.least + Math.random() * REST_MS.more)
  }
  const arrivals = await mails.take()
  const right = arrivals.filter(({ mail }) => {
    const numbers = numbersIn(mail)
    return numbers.length === 1 && expected.get(numbers[0]!) === addresseeOf(mail)
  })
  const seconds = handedOver.reduce((sum, one) => sum + one, 0) / 1_000
  return {
    figures: { answered: figuresOf(answered, seconds), handedOver: figuresOf(handedOver, seconds) },
    checks: [
      { what: 'at rest: mails = alerts', expected: people.length, found: arrivals.length },
      {
        what: 'at rest: mails about the right incident to the right person',
        expected: people.length,
        found: right.length,
      },
    ],
  }
}

export const addresseeOf = (mail: { to?: { text: string } | { text: string }[] | undefined }): string =>
  [mail.to ?? []].flat()[0]?.text ?? ''
