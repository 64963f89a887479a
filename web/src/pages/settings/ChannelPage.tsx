import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ChannelView } from '#contract/channels.ts'
import { channelList } from '../../api/channels.ts'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { Page, PageHeader, Section } from '../../ui/Page.tsx'
import { FormSkeleton } from '../../ui/Skeletons.tsx'
import { ChannelSettings } from './channels/ChannelSettings.tsx'
import styles from './channels/channels.module.css'
import { TestChannel } from './channels/TestChannel.tsx'
import { UsableMark } from './channels/UsableMark.tsx'

const route = getRouteApi('/app/settings/channels/$channel')

/** One way to reach people: whether it works, what it needs, and a test. */
export function ChannelPage() {
  const { channel: id } = route.useParams()
  const { data: channels, error, refetch } = useQuery(channelList)
  const channel = channels?.find((one) => one.channel === id)
  return (
    <Page width="text">
      {channel ? (
        <Channel channel={channel} />
      ) : (
        <>
          <PageHeader title="Channel" above={<TextLink {...paths.channels()}>Channels</TextLink>} />
          {channels ? (
            <EmptyState title="There is no such channel">
              This release of OpsKnight does not know it.
            </EmptyState>
          ) : error ? (
            <ErrorNote error={error} onRetry={() => void refetch()} />
          ) : (
            <FormSkeleton />
          )}
        </>
      )}
    </Page>
  )
}

const Channel = ({ channel }: { channel: ChannelView }) => (
  <>
    <PageHeader
      title={channel.name}
      description={channel.description}
      above={<TextLink {...paths.channels()}>Channels</TextLink>}
      actions={<UsableMark channel={channel} />}
    />
    {channel.problem && <p className={styles.problem}>{channel.problem}</p>}
    <ChannelSettings key={channel.channel} channel={channel} />
    <p className={styles.hint}>
      Step by step: <code>docs/channels/{guideOf(channel.channel)}.md</code>, which comes with OpsKnight.
    </p>
    <Section title="Test" description="Sends a message now and says what the provider answered.">
      <TestChannel channel={channel} />
    </Section>
  </>
)

/** Both ways into Slack are on one page. */
const guideOf = (channel: ChannelView['channel']) => (channel === 'slack-webhook' ? 'slack' : channel)
