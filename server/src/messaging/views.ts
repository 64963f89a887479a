import type { ChannelView } from '#contract/channels.ts'
import { may, type Principal } from '../platform/principal.ts'
import type { ChannelState } from './settings.ts'

/** How a channel stands, for whoever asks: only administrators see what is entered. */
export function toView(
  { definition, ready, values, configuredBy, updatedAt }: ChannelState,
  principal: Principal,
): ChannelView {
  const { id, name, description, settingsFields, ownKeys, addressField, replies } = definition
  const problem = 'problem' in ready ? ready.problem : null
  const isAdmin = may(principal, 'configure')
  const secrets = new Set(settingsFields.filter(({ kind }) => kind === 'secret').map((field) => field.name))
  const open = new Set([
    ...settingsFields.map((field) => field.name).filter((field) => !secrets.has(field)),
    ...(ownKeys?.shown ?? []),
  ])
  const shown = Object.entries(values).filter(
    ([field]) => open.has(field) && (isAdmin || ownKeys?.shown.includes(field)),
  )
  return {
    channel: id,
    name,
    description,
    usable: problem === null,
    problem,
    configuredBy,
    settings: definition.onlyFromEnvironment ? [] : settingsFields,
    values: Object.fromEntries(shown),
    storedSecrets: isAdmin ? Object.keys(values).filter((field) => secrets.has(field)) : [],
    address: addressField,
    replies,
    updatedAt: updatedAt?.toISOString() ?? null,
  }
}
