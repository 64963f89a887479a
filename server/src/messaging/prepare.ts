import { channels } from '../channels/index.ts'
import { type MessagingDeps, readChannelState } from './settings.ts'

/** Loads what the channels that are set up will need, so that the first page of a night does not wait for it. */
export async function prepareChannels(deps: MessagingDeps): Promise<void> {
  for (const definition of channels) {
    try {
      const { ready } = await readChannelState(deps, definition)
      if ('settings' in ready) await definition.prepare?.(ready.settings)
    } catch (error) {
      deps.log.warn({ err: error, channel: definition.id }, 'channel.not_prepared')
    }
  }
}
