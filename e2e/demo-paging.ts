import type { HttpClient } from '../server/src/testing/http-client.ts'
import type { Crew } from './demo-on-call.ts'
import type { Post } from './demo-post.ts'

type Way = { channel: string; address: string; label?: string; isVerified?: boolean }

/** How this crew is reached. Nothing reaches Bo yet, as happens. */
const ways: Partial<Record<keyof Crew, Way[]>> = {
  ana: [
    { channel: 'sms', address: '+4915112345678', label: 'Night phone' },
    { channel: 'email', address: 'ana@harborline.example' },
    { channel: 'sms', address: '+4930901820', label: 'Office', isVerified: false },
  ],
  dana: [
    { channel: 'sms', address: '+4915187654321' },
    { channel: 'email', address: 'dana@harborline.example' },
  ],
  ines: [{ channel: 'email', address: 'ines@harborline.example' }],
  tom: [{ channel: 'email', address: 'tom@harborline.example' }],
  priya: [{ channel: 'email', address: 'priya@harborline.example' }],
}

/** Contact methods with the codes that came to them, and rules: SMS at once, a mail some minutes later. */
export async function addWaysToBeReached(admin: HttpClient, crew: Crew, post: Post): Promise<void> {
  for (const [name, theirs] of Object.entries(ways)) {
    const userId = crew[name as keyof Crew]
    const methods = []
    for (const way of theirs) methods.push(await addWay(admin, userId, way, post))
    const [first, second] = methods
    const late = (minutes: number) => (second ? [{ contactMethodId: second, delayMinutes: minutes }] : [])
    const rules = [
      ...[{ contactMethodId: first, delayMinutes: 0 }, ...late(3)].map((rule) => ({
        ...rule,
        urgency: 'high',
      })),
      ...[{ contactMethodId: first, delayMinutes: 0 }, ...late(10)].map((rule) => ({
        ...rule,
        urgency: 'medium',
      })),
      { contactMethodId: second ?? first, delayMinutes: 0, urgency: 'low' },
    ]
    await admin.put(`/api/v1/users/${userId}/notification-rules`, rules)
  }
}

async function addWay(
  admin: HttpClient,
  userId: string,
  { isVerified = true, ...way }: Way,
  post: Post,
): Promise<string> {
  const { body } = await admin.post(`/api/v1/users/${userId}/contact-methods`, way)
  if (isVerified)
    await admin.post(`/api/v1/contact-methods/${body.id}/verify`, { code: post.codeFor(way.address) })
  return body.id
}
