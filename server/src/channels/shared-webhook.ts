import { type ChannelDefinition, defineChannel } from './types.ts'
import { checkWebAddress, type WebAddress } from './web-address.ts'

type SharedWebhook = Pick<ChannelDefinition<null>, 'id' | 'name' | 'description' | 'send'> & {
  address: WebAddress & { label?: string; help: string }
}

/**
 * A webhook that posts in a channel of a chat, which a person makes there. Everybody in that channel reads what it says, so there
 * is nothing to set up here, and nothing in a message answers in the person's name.
 */
export const defineSharedWebhook = ({
  address: { label = 'Webhook URL', help, ...kind },
  ...definition
}: SharedWebhook): ChannelDefinition<null> =>
  defineChannel<null>({
    ...definition,
    settingsFields: [],
    environment: {},
    readSettings: () => ({ settings: null }),
    addressField: { name: 'address', label, help, placeholder: kind.example, kind: 'url', required: true },
    isAddressSecret: true,
    verifiedBy: 'code',
    replies: false,
    checkAddress: (text) => checkWebAddress(text, kind),
  })
