import type { Seed } from '../../server/src/testing/seed/plan.ts'
import { NOUNS, PLACES, RARE_WORD, VERBS } from '../../server/src/testing/seed/words.ts'
import type { Filter } from './filter.ts'
import { pathOf } from './filter.ts'

/** One request. With a filter its answer is a list of incidents that can be checked. */
export type Question = { path: string; filter?: Filter }

/** Something that the pages ask; `ask` answers the next request of this kind, each time about something else. */
export type Kind = { name: string; ask(chance: Chance): Question }

/** Numbers below a limit, the same ones in every run. */
export type Chance = (limit: number) => number

export type Known = {
  seed: Seed
  /** Ids of some deliveries. */
  deliveryIds: readonly string[]
}

const list = (name: string, filterOf: (chance: Chance) => Filter): Kind => ({
  name,
  ask(chance) {
    const filter = filterOf(chance)
    return { path: pathOf(filter), filter }
  },
})

/** Everything that the pages ask of a server, by the names of the result. */
export function kindsOf({ seed, deliveryIds }: Known): Kind[] {
  const { services, firstNumber, incidents } = seed
  const anyNumber = (chance: Chance) => firstNumber + chance(incidents)
  const anyCursor = (chance: Chance) => ({ cursor: String(firstNumber + 60 + chance(incidents - 60)) })
  const anyService = (chance: Chance) => services[chance(services.length)]!.id
  const [largest, onlyErrors, quiet] = services.map(({ id }) => id) as [string, string, string]
  const integration = (chance: Chance) => services[chance(services.length)]!.integration.ref
  const quietOne = services[0]!.integration.ref
  const page = (name: string, pathOf: (chance: Chance) => string): Kind => ({
    name,
    ask: (chance) => ({ path: `/api/v1${pathOf(chance)}` }),
  })

  return [
    list('list: all', () => ({})),
    list('list: all, any page', anyCursor),
    list('list: all, 200 a page, any page', (chance) => ({ ...anyCursor(chance), limit: 200 })),
    list('list: active', () => ({ status: ['active'] })),
    list('list: active, any page', (chance) => ({ status: ['active'], ...anyCursor(chance) })),
    ...(['open', 'acknowledged', 'snoozed', 'suppressed', 'resolved'] as const).map((status) =>
      list(`list: ${status}`, () => ({ status: [status] })),
    ),
    list('list: open or acknowledged', () => ({ status: ['open', 'acknowledged'] })),
    list('list: snoozed or resolved, any page', (chance) => ({
      status: ['snoozed', 'resolved'],
      ...anyCursor(chance),
    })),
    list('list: one severity, any page', (chance) => ({
      severity: [SEVERITIES[chance(4)]!],
      ...anyCursor(chance),
    })),
    list('list: two severities, any page', (chance) => ({
      severity: ['critical', 'info'],
      ...anyCursor(chance),
    })),
    list('list: one service, any page', (chance) => ({
      serviceId: [anyService(chance)],
      ...anyCursor(chance),
    })),
    list('list: three services, any page', (chance) => ({
      serviceId: [anyService(chance), anyService(chance), anyService(chance)],
      ...anyCursor(chance),
    })),
    list('list: active of one service', (chance) => ({
      status: ['active'],
      serviceId: [anyService(chance)],
    })),
    list('list: active and critical', () => ({ status: ['active'], severity: ['critical'] })),
    list('list: active, two severities, one service', (chance) => ({
      status: ['active'],
      severity: ['critical', 'error'],
      serviceId: [anyService(chance)],
    })),
    list('list: resolved of one service and severity', (chance) => ({
      status: ['resolved'],
      severity: [SEVERITIES[chance(4)]!],
      serviceId: [anyService(chance)],
    })),
    list('list: a severity that a large service never has', () => ({
      severity: ['critical'],
      serviceId: [onlyErrors],
    })),
    list('list: two severities that a large service never has', () => ({
      severity: ['critical', 'info'],
      serviceId: [onlyErrors],
    })),
    list('list: a service that has been quiet for long', () => ({ serviceId: [quiet] })),
    list('list: one key', (chance) => ({ dedupKey: `sentry-${4_500_000_000 + chance(incidents)}` })),

    list('search: word in most titles', () => ({ q: 'error' })),
    list('search: frequent word, any page', (chance) => ({ q: PLACES[chance(4)]!, ...anyCursor(chance) })),
    list('search: word in some', () => ({ q: 'forecast' })),
    list('search: rare word', (chance) => ({ q: nameOf(chance) })),
    list('search: very rare word', () => ({ q: RARE_WORD })),
    list('search: word that nobody wrote', (chance) => ({ q: `nowhere${chance(1_000)}` })),
    list('search: beginning of a word', (chance) => ({ q: nameOf(chance).slice(0, -3) })),
    list('search: middle of a word', (chance) => ({ q: NOUNS[chance(NOUNS.length)]!.slice(1) })),
    list('search: two frequent words', () => ({ q: 'TypeError checkout' })),
    list('search: two frequent words that never meet', () => ({ q: 'TypeError literal' })),
    list('search: a frequent and a less frequent that never meet', () => ({ q: 'checkout forecast' })),
    list('search: frequent and rare', (chance) => ({ q: `error ${nameOf(chance)}` })),
    list('search: three words', (chance) => ({
      q: `typeerror ${NOUNS[chance(NOUNS.length)]} ${PLACES[chance(PLACES.length)]}`,
    })),
    list('search: key', (chance) => ({ q: `sentry-${4_500_000_000 + chance(incidents)}` })),
    list('search: digits of a key', (chance) => ({ q: String(4_500_000_000 + chance(incidents)) })),
    list('search: number of an incident', (chance) => ({ q: `#${anyNumber(chance)}` })),
    list('search: two letters', () => ({ q: 'zq' })),
    list('search: active with a word', (chance) => ({
      status: ['active'],
      q: PLACES[chance(PLACES.length)]!,
    })),
    list('search: resolved with a rare word', (chance) => ({ status: ['resolved'], q: nameOf(chance) })),
    list('search: severity and word', (chance) => ({
      severity: [SEVERITIES[chance(4)]!],
      q: VERBS[chance(VERBS.length)]!,
    })),
    list('search: large service and word', (chance) => ({
      serviceId: [largest],
      q: NOUNS[chance(NOUNS.length)]!,
    })),
    list('search: service, severity and rare word', (chance) => ({
      serviceId: [anyService(chance)],
      severity: ['error'],
      q: nameOf(chance),
    })),

    list('search: quiet service and word', (chance) => ({ serviceId: [quiet], q: nameOf(chance) })),
    list('search: large service and a frequent word that it never has', () => ({
      serviceId: [onlyErrors],
      q: 'checkout',
    })),
    list('search: word in most titles, and severities that a large service never has', () => ({
      severity: ['critical', 'info'],
      serviceId: [onlyErrors],
      q: 'error',
    })),

    page('counts', () => '/incidents/counts'),
    page('incident', (chance) => `/incidents/${anyNumber(chance)}`),
    page('incident with 5,000 entries', () => `/incidents/${firstNumber + incidents - 1}`),
    page('timeline', (chance) => `/incidents/${anyNumber(chance)}/timeline`),
    page('timeline of 5,000 entries, any page', (chance) => {
      const cursor = 1 + chance(2 * incidents)
      return `/incidents/${firstNumber + incidents - 1}/timeline?limit=100&cursor=${cursor}`
    }),
    page('deliveries of an incident', (chance) => {
      // Deliveries are kept for 30 of 400 days.
      return `/incidents/${firstNumber + incidents - 1 - chance(Math.ceil(incidents / 20))}/deliveries`
    }),
    page('deliveries of an old incident', (chance) => {
      return `/incidents/${firstNumber + chance(Math.ceil(incidents / 2))}/deliveries`
    }),
    page('delivery log', (chance) => `/integrations/${integration(chance)}/deliveries`),
    page('delivery log, any page', (chance) => {
      return `/integrations/${integration(chance)}/deliveries?cursor=${deliveryIds[chance(deliveryIds.length)]}`
    }),
    ...(['accepted', 'ignored', 'rejected'] as const).map((outcome) =>
      page(`delivery log: ${outcome}`, (chance) => {
        return `/integrations/${integration(chance)}/deliveries?outcome=${outcome}`
      }),
    ),
    page('delivery log of a service that has been quiet for long', () => {
      return `/integrations/${services[2]!.integration.ref}/deliveries`
    }),
    page('delivery log: rejected, where none was', () => {
      return `/integrations/${quietOne}/deliveries?outcome=rejected`
    }),
    page('delivery', (chance) => `/deliveries/${deliveryIds[chance(deliveryIds.length)]}`),
    page('health of an integration', (chance) => `/integrations/${integration(chance)}/health`),
    page('integrations', () => '/integrations?limit=50'),
    page('services', () => '/services?limit=50'),
    page('service', (chance) => `/services/${anyService(chance)}`),
  ]
}

const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const

/** As in `refundUpload`: in about one of 600 titles. */
const nameOf = (chance: Chance) => `${VERBS[chance(VERBS.length)]}${NOUNS[chance(NOUNS.length)]}`
