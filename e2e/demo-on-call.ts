import type { HttpClient } from '../server/src/testing/http-client.ts'
import { addDays, dayIn, momentIn, mondayOf } from '../web/src/time/zones.ts'

export type Crew = Record<'ana' | 'dana' | 'bo' | 'ines' | 'tom' | 'priya', string>

const BERLIN = 'Europe/Berlin'

/** Who is on call in this shop, and whom its incidents page. */
export async function addOnCall(admin: HttpClient, crew: Crew, services: { checkout: string; jobs: string }) {
  const today = dayIn(BERLIN, new Date())
  const shop = await addShop(admin, crew, today)
  const world = await addWorld(admin, crew, today)
  const platform: string | undefined = (
    await admin.post('/api/v1/teams', {
      name: 'Platform',
      members: [{ userId: crew.ana, lead: true }, { userId: crew.ines }, { userId: crew.tom }],
    })
  ).body.id
  const policy = await addPolicies(admin, { shop, world, platform, crew }, services)
  return { shop, world, policy }
}

/** From day to day at nine, with an evening that somebody else takes over, and one that somebody adds. */
async function addShop(admin: HttpClient, { ana, bo, dana, ines }: Crew, today: string): Promise<string> {
  const { id } = (
    await admin.post('/api/v1/schedules', {
      name: 'Shop primary',
      timeZone: BERLIN,
      rotations: [
        {
          name: 'Day by day',
          start: `${addDays(mondayOf(today), -28)}T09:00`,
          every: { count: 1, unit: 'day' },
          members: [dana, bo, ana, ines],
        },
        {
          name: 'Office hours',
          start: `${addDays(mondayOf(today), -28)}T10:00`,
          every: { count: 1, unit: 'week' },
          members: [ines, ana],
          restrictions: [{ days: [2, 4], from: '10:00', to: '16:00' }],
        },
      ],
    })
  ).body
  const override = (day: number, from: string, to: string, who: object) =>
    admin.post(`/api/v1/schedules/${id}/overrides`, {
      start: momentIn(BERLIN, `${addDays(today, day)}T${from}`).toISOString(),
      end: momentIn(BERLIN, `${addDays(today, day)}T${to}`).toISOString(),
      ...who,
    })
  await override(1, '18:00', '23:00', { userId: bo })
  await override(3, '12:00', '20:00', { userId: dana, beside: true })
  return id
}

/** Around the world with the sun; at weekends nobody is there while Europe sleeps. */
async function addWorld(admin: HttpClient, { dana, tom, priya, ines }: Crew, today: string): Promise<string> {
  const during = (name: string, members: string[], from: string, to: string, days: number[]) => ({
    ...{ name, members, every: { count: 1, unit: 'week' } },
    start: `${addDays(mondayOf(today), -28)}T00:00`,
    restrictions: [{ days, from, to }],
  })
  const always = [1, 2, 3, 4, 5, 6, 7]
  const { id } = (
    await admin.post('/api/v1/schedules', {
      name: 'Follow the sun',
      timeZone: 'UTC',
      rotations: [
        during('Asia', [priya], '23:00', '07:00', [1, 2, 3, 4, 7]),
        during('Europe', [ines, dana], '07:00', '15:00', always),
        during('Americas', [tom], '15:00', '23:00', always),
      ],
    })
  ).body
  return id
}

type Named = { shop: string; world: string; platform: string | undefined; crew: Crew }

async function addPolicies(
  admin: HttpClient,
  { shop, world, platform, crew }: Named,
  { checkout, jobs }: { checkout: string; jobs: string },
): Promise<string> {
  const leads = platform ? { type: 'team', id: platform, leadsOnly: true } : { type: 'user', id: crew.ana }
  const { id } = (
    await admin.post('/api/v1/escalation-policies', {
      name: 'Shop',
      repeat: 2,
      steps: [
        { waitMinutes: 0, targets: [{ type: 'schedule', id: shop }] },
        {
          waitMinutes: 5,
          targets: [
            { type: 'schedule', id: world },
            { type: 'user', id: crew.bo },
          ],
        },
        { waitMinutes: 10, targets: [leads] },
      ],
    })
  ).body
  const backOffice = (
    await admin.post('/api/v1/escalation-policies', {
      name: 'Back office',
      steps: [{ waitMinutes: 0, targets: [{ type: 'schedule', id: world }] }],
    })
  ).body
  await admin.patch(`/api/v1/services/${checkout}`, { escalationPolicyId: id })
  await admin.patch(`/api/v1/services/${jobs}`, { escalationPolicyId: backOffice.id })
  return id
}

/** Ines would take a shift of the administrator's, who has not answered yet. */
export async function askForShift(ines: HttpClient, scheduleId: string, from: string): Promise<void> {
  const now = new Date()
  const to = new Date(now.getTime() + 14 * 86_400_000)
  const { body } = await ines.get(
    `/api/v1/schedules/${scheduleId}/shifts?from=${now.toISOString()}&to=${to.toISOString()}`,
  )
  const theirs = body.filter(({ userIds }: { userIds: string[] }) => userIds.includes(from))
  const { start, end } = theirs.at(-1)
  await ines.post(`/api/v1/schedules/${scheduleId}/swaps`, { start, end, fromUserId: from })
}
