import { Link } from '@tanstack/react-router'
import type { ChannelView } from '#contract/channels.ts'
import { paths } from '../../../paths.ts'
import { ChannelIcon } from '../../../ui/ChannelIcon.tsx'
import { Row } from '../../../ui/Rows.tsx'
import styles from './channels.module.css'
import { UsableMark } from './UsableMark.tsx'

/** A channel: what it is, and whether it can be used. The row leads to its settings. */
export const ChannelRow = ({ channel }: { channel: ChannelView }) => (
  <Row
    isFaint={!channel.usable}
    title={
      <Link {...paths.channel(channel.channel)} className={styles.name!}>
        <ChannelIcon channel={channel.channel} />
        {channel.name}
      </Link>
    }
    description={channel.usable ? channel.description : channel.problem}
    facts={
      <>
        {channel.replies && <span className={styles.replies}>Takes answers</span>}
        <span className={styles.mark}>
          <UsableMark channel={channel} />
        </span>
      </>
    }
  />
)
