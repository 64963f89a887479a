import { z } from 'zod'
import { SetSentryConnection } from '#contract/sentry-connection.ts'
import { placeIn } from './address.ts'

const { url, organization, token, clientSecret } = SetSentryConnection.shape

const emptyIsMissing = <Field extends z.ZodType>(field: Field) =>
  z.preprocess((text) => (typeof text === 'string' && text.trim() === '' ? undefined : text), field)

/** What the form sends. The token may be left out only for the address that the present one was entered for. */
export const connectSchema = (presentUrl: string | undefined) =>
  z
    .object({
      url: z.preprocess((text) => placeIn(String(text)).url, url),
      organization,
      token: emptyIsMissing(token),
      clientSecret: emptyIsMissing(clientSecret),
    })
    .superRefine((given, { addIssue }) => {
      if (given.token !== undefined || given.url === presentUrl) return
      const message =
        presentUrl === undefined
          ? 'Paste the token of the internal integration'
          : 'Paste a token: the stored one is for another address'
      addIssue({ code: 'custom', path: ['token'], message })
    })
