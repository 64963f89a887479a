import type { IncomingHttpHeaders } from 'node:http'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../platform/errors.ts'
import { type Principal, userPrincipal } from '../platform/principal.ts'
import type { Auth, Browser, SignedIn } from './auth.ts'
import { consumePasswordToken, deletePasswordTokens, findLinkOwner, linkInvalid } from './links.ts'
import { endSessions, noteSeen } from './sessions.ts'
import { findUserByEmail, getUser, setPasswordHash, type User } from './store.ts'
import { accountLimit, addressLimit, countAttempt, forgetAttempts, forgive } from './throttle.ts'

type Credentials = { email: string; password: string }
export type Entrance = { user: User; cookies: string[] }

/** Throws `unauthenticated`, in the same words whatever is wrong, and `rate_limited`. */
export async function signIn(
  deps: Deps,
  auth: Auth,
  given: Credentials,
  browser: Browser,
): Promise<Entrance> {
  const credentials = { ...given, email: given.email.toLowerCase() }
  await countPasswordAttempt(deps, credentials.email, browser.ip)
  const signedIn = await auth.signIn(credentials, browser)
  const user = signedIn && (await getUser(deps.db, signedIn.userId))
  if (!signedIn || !user || user.disabled_at) {
    await refuse(deps, credentials.email, browser, signedIn)
    throw new AppError('unauthenticated', 'The e-mail address or the password is wrong.')
  }
  await forgivePasswordAttempt(deps, credentials.email, browser.ip)
  await noteEntrance(deps, user, browser.ip, 'session.started')
  return { user, cookies: signedIn.cookies }
}

/** The password was right but the person is disabled: the session that was just made goes again. */
async function refuse(deps: Deps, email: string, { ip }: Browser, signedIn: SignedIn | null): Promise<void> {
  const known = await findUserByEmail(deps.db, email)
  const now = deps.clock.now()
  await deps.db.transaction().execute(async (trx) => {
    if (signedIn) await endSessions(trx, signedIn.userId)
    await recordAudit(trx, { actor: { kind: 'system', id: null, name: 'not signed in' }, ip }, now, {
      action: 'session.refused',
      target: { type: 'user', id: known?.id ?? '', name: email },
    })
  })
  deps.log.warn({ userId: known?.id ?? null, ip }, 'session.refused')
}

async function noteEntrance(deps: Deps, user: User, ip: string | null, action: string): Promise<void> {
  const now = deps.clock.now()
  await deps.db.transaction().execute((trx) =>
    recordAudit(trx, userPrincipal(user, ip), now, {
      action,
      target: { type: 'user', id: user.id, name: user.email },
    }),
  )
  await noteSeen(deps.db, user.id, now)
  deps.log.info({ userId: user.id, ip }, action)
}

async function countPasswordAttempt({ db, clock }: Deps, email: string, ip: string | null): Promise<void> {
  const now = clock.now()
  await countAttempt(db, accountLimit(email, ip), now)
  await countAttempt(db, addressLimit(ip), now)
}

async function forgivePasswordAttempt({ db }: Deps, email: string, ip: string | null): Promise<void> {
  await forgetAttempts(db, accountLimit(email, ip))
  await forgive(db, addressLimit(ip))
}

/** Whose password a link would set. Throws `link_invalid`, and `rate_limited` for somebody who goes on trying. */
export async function lookUpLink({ db, clock }: Deps, token: string, ip: string | null) {
  const now = clock.now()
  const owner = await findLinkOwner(db, token, now)
  if (owner) return owner
  await countAttempt(db, addressLimit(ip), now)
  throw linkInvalid()
}

/** Sets the password, ends every session of the person, and signs them in here. */
export async function redeemLink(
  deps: Deps,
  auth: Auth,
  { token, password }: { token: string; password: string },
  browser: Browser,
): Promise<Entrance> {
  const { db, clock } = deps
  const { id } = await lookUpLink(deps, token, browser.ip)
  const hash = await auth.hashPassword(password)
  const now = clock.now()
  const user = await db.transaction().execute(async (trx) => {
    if (!(await consumePasswordToken(trx, token))) throw linkInvalid()
    const user = await getUser(trx, id)
    await setPasswordHash(trx, id, hash, now)
    await endSessions(trx, id)
    await recordAudit(trx, userPrincipal(user, browser.ip), now, {
      action: 'user.password_set',
      target: { type: 'user', id, name: user.email },
    })
    return { ...user, active: true }
  })
  await forgetAttempts(db, accountLimit(user.email, browser.ip))
  return { user, cookies: await auth.startSession(id, browser) }
}

/** Throws `invalid_request` when the current password is wrong, and `rate_limited`. The person's other sessions end. */
export async function changePassword(
  deps: Deps,
  auth: Auth,
  { principal, userId, sessionId }: { principal: Principal; userId: string; sessionId: string },
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
): Promise<void> {
  const { db, clock } = deps
  const user = await getUser(db, userId)
  await countPasswordAttempt(deps, user.email, principal.ip)
  if (!(await auth.isPassword(userId, currentPassword))) {
    throw new AppError('invalid_request', 'The current password is wrong.', {
      errors: [{ path: 'currentPassword', message: 'is wrong' }],
    })
  }
  await forgivePasswordAttempt(deps, user.email, principal.ip)
  const hash = await auth.hashPassword(newPassword)
  const now = clock.now()
  await db.transaction().execute(async (trx) => {
    await setPasswordHash(trx, userId, hash, now)
    await endSessions(trx, userId, sessionId)
    await deletePasswordTokens(trx, userId)
    await recordAudit(trx, principal, now, {
      action: 'user.password_changed',
      target: { type: 'user', id: userId, name: user.email },
    })
  })
}

/** Ends the session of this browser, if there is one. Returns the cookies that make the browser forget it. */
export async function signOut(
  { db, clock }: Deps,
  auth: Auth,
  principal: Principal | null,
  headers: IncomingHttpHeaders,
): Promise<string[]> {
  const cookies = await auth.signOut(headers)
  const { kind, id } = principal?.actor ?? {}
  if (principal && kind === 'user' && id) {
    const { email } = await getUser(db, id)
    const target = { type: 'user', id, name: email }
    await db
      .transaction()
      .execute((trx) => recordAudit(trx, principal, clock.now(), { action: 'session.ended', target }))
  }
  return cookies
}
