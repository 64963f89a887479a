import type { FastifyRequest } from 'fastify'
import type { Channel } from '#contract/channels.ts'
import { channelOf } from '../../channels/index.ts'
import { publicUrlOf } from '../../config.ts'
import type { Deps } from '../../deps.ts'
import { readChannelState } from '../../messaging/settings.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { formOf } from '../provider.ts'

/** https://www.twilio.com/docs/usage/security#validating-requests: over the public address and the form, with the auth token. */
export async function demandSignature(
  deps: Deps,
  request: FastifyRequest,
  channel: Channel,
): Promise<URLSearchParams> {
  const authToken = await authTokenOf(deps, channel)
  if (!authToken) throw notFound('Twilio account')
  const signature = request.headers['x-twilio-signature']
  if (typeof signature !== 'string')
    throw new AppError('signature_missing', 'The request is not signed by Twilio.')
  const form = formOf(request.body)
  const { validateRequest } = await import('twilio/lib/webhooks/webhooks.js')
  const url = `${publicUrlOf(deps.config)}${request.raw.url}`
  if (validateRequest(authToken, signature, url, parametersOf(form))) return form
  throw new AppError(
    'signature_invalid',
    'The signature does not fit. Compare the auth token, and OPSKNIGHT_URL with the address that Twilio calls.',
  )
}

async function authTokenOf(deps: Deps, channel: Channel): Promise<string | null> {
  const definition = channelOf(channel)
  const state = definition ? await readChannelState(deps, definition) : null
  return state?.values.authToken ?? null
}

/** A name that comes twice has all of its values. */
const parametersOf = (form: URLSearchParams): Record<string, string | string[]> =>
  Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name)
      return [name, values.length > 1 ? values : (values[0] ?? '')]
    }),
  )
