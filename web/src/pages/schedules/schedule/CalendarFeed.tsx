import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FeedOf, feedState, useMakeFeed, useRemoveFeed } from '../../../api/calendar-feeds.ts'
import { ShownOnce } from '../../../forms/ShownOnce.tsx'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Section } from '../../../ui/Page.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import styles from './schedule.module.css'

/** Shifts in a calendar program, through an address that is a secret of the reader's own. */
export function CalendarFeed(feed: FeedOf) {
  const createdAt = useQuery(feedState(feed)).data?.createdAt
  const make = useMakeFeed(feed)
  const remove = useRemoveFeed(feed)
  const isOwn = feed.of === 'users'
  return (
    <Section
      title={isOwn ? 'Your shifts in your calendar' : 'In your calendar'}
      description="An iCalendar address for Google Calendar, Outlook, Apple Calendar and others."
    >
      <Stack gap="md" align="flex-start">
        {make.data ? (
          <ShownOnce value={make.data.url} what="calendar address">
            Copy it now: it is shown this once. Whoever has it can read{' '}
            {isOwn ? 'your shifts' : 'this schedule'}.
          </ShownOnce>
        ) : (
          <p className={styles.plain}>
            {createdAt ? (
              <>
                You made an address <TimeAgo at={createdAt} />. A new one replaces it.
              </>
            ) : isOwn ? (
              'Subscribe to your shifts of all schedules.'
            ) : (
              'Subscribe to everybody’s shifts of this schedule.'
            )}
          </p>
        )}
        <div className={styles.buttons}>
          {createdAt ? (
            <ConfirmButton
              label="Make a new address"
              title="Make a new calendar address"
              loses="Calendars that subscribed to the present address stop being updated."
              onConfirm={() => make.mutateAsync()}
            />
          ) : (
            <ActionButton loading={make.isPending} onClick={() => make.mutate()}>
              Make an address
            </ActionButton>
          )}
          {createdAt && (
            <ConfirmButton
              label="Remove"
              title="Remove the calendar address"
              loses="Calendars that subscribed to it stop being updated."
              onConfirm={async () => {
                await remove.mutateAsync()
                make.reset()
              }}
            />
          )}
        </div>
        <ErrorNote error={make.error} />
      </Stack>
    </Section>
  )
}
