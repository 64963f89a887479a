import { z } from 'zod'
import { channelOf } from '../../channels/index.ts'
import { checkPhoneNumber } from '../../channels/phone.ts'
import type { Deps } from '../../deps.ts'
import { readChannelState } from '../../messaging/settings.ts'
import { failureCounter } from '../../people/throttle.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { isSameSecret } from '../../platform/secrets.ts'
import { formOf, type ReplyRoutes } from '../provider.ts'
import { answerSms } from '../sms.ts'

const PATH = '/api/replies/sms-gateway'
const WRONG_PER_ADDRESS = 50

const Text = z.string().max(2_000)
const Incoming = z.object({ from: Text, text: Text })

/** SMS that came back to a gateway of the operator's choice, which proves itself by a shared secret. */
export const gatewayRoutes: ReplyRoutes = (scope, deps) => {
  const wrong = failureCounter(WRONG_PER_ADDRESS)
  scope.post<{ Querystring: { token?: unknown } }>(
    PATH,
    { schema: { hide: true } },
    async (request, reply) => {
      const secret = await secretOf(deps)
      if (!secret) throw notFound('SMS gateway that takes replies')
      const given = request.headers.authorization?.match(/^bearer +(\S+) *$/i)?.[1] ?? request.query.token
      if (typeof given !== 'string' || !isSameSecret(given, secret)) {
        wrong.count(request.ip, deps.clock.now())
        throw new AppError(
          'unauthenticated',
          'Send the secret of replies as "Authorization: Bearer …" or as ?token=…',
        )
      }
      const said = await answerSms(deps, readIncoming(request.body))
      return reply.type('text/plain; charset=utf-8').send(said ?? '')
    },
  )
}

/** JSON or a form with `from` and `text`. */
function readIncoming(body: unknown): { from: string; text: string } {
  const fields = { ...Object.fromEntries(formOf(body)), ...(typeof body === 'object' ? body : {}) }
  const { data } = Incoming.safeParse(fields)
  const number = data && checkPhoneNumber(data.from.replace(/^(?=[1-9])/, '+'))
  if (!data || !number || 'problem' in number)
    throw new AppError(
      'invalid_request',
      'The body must have "from", a number in international form, and "text".',
    )
  return { from: number.address, text: data.text }
}

async function secretOf(deps: Deps): Promise<string | null> {
  const definition = channelOf('sms')
  const state = definition ? await readChannelState(deps, definition) : null
  return state?.values.gatewayReplySecret ?? null
}
