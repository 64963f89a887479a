import { z } from 'zod'

const Block = z.looseObject({ type: z.string() })
export type Block = z.infer<typeof Block>

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload: what of it we read. */
const Interaction = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }),
  message: z.object({ ts: z.string(), text: z.string().default(''), blocks: z.array(Block).default([]) }),
  actions: z.array(z.object({ action_id: z.enum(['acknowledge', 'resolve']), value: z.string().max(200) })),
})

/** A button of ours that somebody has pressed, and the message it stands in. */
export type Press = {
  action: 'acknowledge' | 'resolve'
  token: string
  member: string
  message: { channel: string; ts: string; text: string; blocks: Block[] }
}

/** Null for everything else that Slack tells an app of. */
export function readPress(raw: string): Press | null {
  const payload = new URLSearchParams(raw).get('payload')
  const read = Interaction.safeParse(parsed(payload ?? ''))
  const [pressed] = read.data?.actions ?? []
  if (!read.data || !pressed) return null
  const { user, channel, message } = read.data
  return {
    action: pressed.action_id,
    token: pressed.value,
    member: user.id,
    message: { channel: channel.id, ...message },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
