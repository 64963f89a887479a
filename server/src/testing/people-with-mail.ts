import type { ParsedMail } from 'mailparser'
import { mailbox } from './mailbox.ts'
import { type Client, testApp } from './test-app.ts'

export const MAIL_FROM = 'OpsKnight <ops@example.com>'

/** A server that can send mail, and the mailbox that everything goes to. */
export async function appWithMail(options: Parameters<typeof mailbox>[0] = {}) {
  const box = await mailbox(options)
  const t = await testApp({ environment: { SMTP_URL: box.url, MAIL_FROM } })

  /** Somebody of this role, signed in. */
  const person = async (role: 'admin' | 'responder' | 'viewer' = 'responder', name = 'Ana Example') => {
    const user = await t.create.user({ role, name })
    return { ...user, browser: await t.as(user) }
  }

  /** Adds an e-mail address; returns the contact method and the code that went there. */
  const add = async (who: { id: string; browser: Client }, address: string, by: Client = who.browser) => {
    const added = await by.post(`/api/v1/users/${who.id}/contact-methods`, { channel: 'email', address })
    if (added.status !== 201) throw new Error(added.text)
    return { ...(added.body as { id: string }), ...readCode(await box.next(goesTo(address))) }
  }

  /** An e-mail address that pages can go to. */
  const addVerified = async (who: { id: string; browser: Client }, address: string) => {
    const { id, code } = await add(who, address)
    const verified = await who.browser.post(`/api/v1/contact-methods/${id}/verify`, { code })
    if (verified.status !== 200) throw new Error(verified.text)
    return id
  }

  return { ...t, box, person, add, addVerified }
}

export type AppWithMail = Awaited<ReturnType<typeof appWithMail>>

export const goesTo =
  (address: string) =>
  ({ to }: ParsedMail): boolean =>
    [to].flat().some((part) => part?.value.some((one) => one.address === address))

export function readCode({ text = '' }: ParsedMail): { code: string; token: string } {
  const code = text.match(/\b\d{6}\b/)?.[0]
  const token = text.match(/\/confirm\?token=([\w-]+)/)?.[1]
  if (!code || !token) throw new Error(`This mail has no code and no link: ${text}`)
  return { code, token }
}

/** Six digits that are not this code. */
export const otherThan = (code: string): string => (code === '000000' ? '000001' : '000000')
