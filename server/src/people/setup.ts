import type { Setup } from '#contract/people.ts'
import { recordAudit } from '../audit/store.ts'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import type { Trx } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { commandLinePrincipal, type Principal, userPrincipal } from '../platform/principal.ts'
import type { Auth } from './auth.ts'
import { deleteSetupTokens, isSetupToken, issueSetupToken } from './links.ts'
import { insertUser, isAnybodyThere, lockUsers, setPasswordHash, type User } from './store.ts'
import { addressLimit, countAttempt } from './throttle.ts'

/** The address that sets a fresh server up, for whoever reads the server's output; null when somebody is there already. */
export async function issueSetupLink({ db, clock, config }: Deps): Promise<string | null> {
  return db.transaction().execute(async (trx) => {
    if (await isAnybodyThere(trx)) return null
    return `${publicUrlOf(config)}/setup?token=${await issueSetupToken(trx, clock.now())}`
  })
}

type Person = { name: string; email: string; password: string }

/** Throws `setup_done` when somebody is there, also when they came a moment ago; `setup_token_invalid`; `rate_limited` for a guesser. */
export async function setUp(
  deps: Deps,
  auth: Auth,
  { token, ...person }: Setup,
  ip: string | null,
): Promise<User> {
  if (await isAnybodyThere(deps.db)) throw setupDone()
  if (!(await isSetupToken(deps.db, token))) {
    await countAttempt(deps.db, addressLimit(ip), deps.clock.now())
    throw new AppError(
      'setup_token_invalid',
      'Open the set-up address that the server printed when it started; it contains a one-time token.',
    )
  }
  const user = await addFirstAdministrator(deps, auth, person, (user) => userPrincipal(user, ip))
  if (!user) throw setupDone()
  return user
}

const setupDone = () =>
  new AppError('setup_done', 'This server is set up already. Sign in, or ask an administrator for a link.')

/** The administrator of the configuration, when nobody is there yet. Returns whether it made one. */
export async function createFirstAdmin(
  deps: Deps,
  auth: Auth,
  { email, password }: { email: string; password: string },
): Promise<boolean> {
  if (await isAnybodyThere(deps.db)) return false
  const name = email.split('@')[0] ?? email
  return (
    (await addFirstAdministrator(deps, auth, { name, email, password }, () => commandLinePrincipal)) !== null
  )
}

async function addFirstAdministrator(
  { db, clock }: Deps,
  auth: Auth,
  { name, email, password }: Person,
  by: (user: User) => Principal,
): Promise<User | null> {
  const hash = await auth.hashPassword(password)
  const now = clock.now()
  return db.transaction().execute(async (trx: Trx) => {
    await lockUsers(trx)
    if (await isAnybodyThere(trx)) return null
    const user = await insertUser(trx, { name, email, role: 'admin' }, now)
    await setPasswordHash(trx, user.id, hash, now)
    await deleteSetupTokens(trx)
    await recordAudit(trx, by(user), now, {
      action: 'server.set_up',
      target: { type: 'user', id: user.id, name: user.email },
    })
    return { ...user, active: true }
  })
}
