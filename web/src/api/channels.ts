import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import {
  type Channel,
  ChannelPage,
  type ChannelSettings,
  ChannelView,
  TestChannelResult,
} from '#contract/channels.ts'
import { request, requestNothing } from './client.ts'

/** Every way to reach people, whether it can be used, and what its forms ask for. */
export const channelList = queryOptions({
  queryKey: ['channels'],
  queryFn: () => request(ChannelPage, 'GET', '/channels'),
  select: ({ items }) => items,
})

function useRefresh() {
  const queryClient = useQueryClient()
  return async () => {
    const stale = [['channels'], ['contact-methods']]
    await Promise.all(stale.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
  }
}

/** Replaces what was entered; a secret that is left empty stays. */
export const useSaveChannel = (channel: Channel) =>
  useMutation({
    mutationFn: (settings: ChannelSettings) =>
      request(ChannelView, 'PUT', `/channels/${channel}/settings`, settings),
    onSuccess: useRefresh(),
  })

export const useForgetChannel = (channel: Channel) =>
  useMutation({
    mutationFn: () => requestNothing('DELETE', `/channels/${channel}/settings`),
    onSuccess: useRefresh(),
  })

/** Sends a test message to an address, or to the caller's own; answers when the provider has. */
export const useTestChannel = (channel: Channel) =>
  useMutation({
    mutationFn: (address: string | undefined) =>
      request(TestChannelResult, 'POST', `/channels/${channel}/test`, { address }),
  })
