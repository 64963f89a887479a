import { useQuery } from '@tanstack/react-query'
import { channelList } from '../../api/channels.ts'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { Rows } from '../../ui/Rows.tsx'
import { ListSkeleton } from '../../ui/Skeletons.tsx'
import { ChannelRow } from './channels/ChannelRow.tsx'

/** By which ways this server can reach people, and why not by the others. */
export const ChannelsPage = () => (
  <Page>
    <PageHeader
      title="Channels"
      description="The ways on which pages reach people, and why some cannot be used yet."
    />
    <Channels />
  </Page>
)

function Channels() {
  const { data: channels, error, refetch } = useQuery(channelList)
  if (!channels) return error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <ListSkeleton />
  return (
    <>
      <ErrorNote error={error} onRetry={() => void refetch()} />
      <Rows label="Channels">
        {channels.map((channel) => (
          <ChannelRow key={channel.channel} channel={channel} />
        ))}
      </Rows>
    </>
  )
}
