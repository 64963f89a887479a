import type { z } from 'zod'
import { CreateApiKey, CreateUser, type Role, type Scope } from '#contract/people.ts'
import type { Deps } from '../deps.ts'
import { createApiKey } from '../people/api-keys.ts'
import { inviteUser } from '../people/commands.ts'
import { AppError } from '../platform/errors.ts'
import { commandLinePrincipal } from '../platform/principal.ts'

/** Returns the key: the only copy. */
export async function createApiKeyByCommand(deps: Deps, name: string, scopes: Scope[]): Promise<string> {
  return (await createApiKey(deps, commandLinePrincipal, checked(CreateApiKey, { name, scopes }))).key
}

/** Returns the one-time link with which the person sets their password. */
export async function createUserByCommand(
  deps: Deps,
  given: { email: string; role: Role; name?: string },
): Promise<string> {
  return (await inviteUser(deps, commandLinePrincipal, checked(CreateUser, given))).link
}

function checked<T>(schema: z.ZodType<T>, given: unknown): T {
  const { data, error } = schema.safeParse(given)
  if (error) {
    const wrong = error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`)
    throw new AppError('invalid_request', wrong.join('\n'))
  }
  return data as T
}
