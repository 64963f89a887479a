import { createRequire } from 'node:module'
import type { AddressCheck, ChannelDefinition } from './types.ts'

/** It knows the numbers of every country, which takes 5 MB: loaded with the first number that somebody enters. */
const library = (): typeof import('libphonenumber-js') => createRequire(import.meta.url)('libphonenumber-js')

/**
 * A number in international form, as E.164 has it. Numbering plans change faster than lists of them, so what could be a number
 * is taken: the code that is sent to it proves the rest.
 */
export function checkPhoneNumber(text: string): AddressCheck {
  const written = text.trim().replace(/^00/, '+')
  if (!written.startsWith('+'))
    return {
      problem: 'Write the number in international form, with + and the country first, e.g. +49 151 23456789.',
    }
  const number = library().parsePhoneNumberFromString(written)
  if (!number?.isPossible() || number.ext)
    return {
      problem: 'This is no phone number: it is too short, too long, or of no country, e.g. +49 151 23456789.',
    }
  return { address: number.number, shown: number.number }
}

/** How a person is reached by phone, whichever way. */
export const byPhoneNumber = {
  addressField: {
    name: 'address',
    label: 'Phone number',
    help: 'In international form, with + and the country first.',
    placeholder: '+49 151 23456789',
    kind: 'phone',
    required: true,
  },
  isAddressSecret: false,
  verifiedBy: 'code',
  checkAddress: checkPhoneNumber,
} satisfies Partial<ChannelDefinition>
