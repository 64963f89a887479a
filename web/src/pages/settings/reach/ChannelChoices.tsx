import type { ChannelView } from '#contract/channels.ts'
import { may, useMe } from '../../../api/me.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { ChannelIcon } from '../../../ui/ChannelIcon.tsx'
import styles from './reach.module.css'

type Props = { channels: ChannelView[]; onChoose: (channel: ChannelView) => void }

/** The ways there are; those that cannot be used now say why. */
export function ChannelChoices({ channels, onChoose }: Props) {
  const mayConfigure = may(useMe(), 'configure')
  const inOrder = channels.toSorted((one, other) => Number(other.usable) - Number(one.usable))
  return (
    <>
      <ul className={styles.choices} aria-label="Channels">
        {inOrder.map((channel) => (
          <li key={channel.channel}>
            <button
              type="button"
              className={styles.choice}
              disabled={!channel.usable}
              onClick={() => onChoose(channel)}
            >
              <ChannelIcon channel={channel.channel} />
              <span className={styles.choiceWords}>
                {channel.name}
                {!channel.usable && <span className={styles.choiceReason}>{channel.problem}</span>}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {inOrder.some(({ usable }) => !usable) && (
        <p className={styles.muted} style={{ marginTop: 16 }}>
          {mayConfigure ? (
            <>
              Channels are set up under <TextLink {...paths.channels()}>Settings → Channels</TextLink>.
            </>
          ) : (
            'An administrator sets channels up under Settings → Channels.'
          )}
        </p>
      )}
    </>
  )
}
