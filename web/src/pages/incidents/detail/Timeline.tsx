import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { IncidentView, TimelineEntry } from '#contract/incidents.ts'
import { incidentTimeline } from '../../../api/incidents.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Linkified } from '../../../ui/Linkified.tsx'
import { LoadMore } from '../../../ui/LoadMore.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import { EntryIcon } from './EntryIcon.tsx'
import { NoteBox } from './NoteBox.tsx'
import { deedWords, stormOf } from './sentence.ts'
import styles from './Timeline.module.css'

/** How many entries come with the incident itself. */
const NEWEST = 100

/** Everything that happened, newest first, with a box for what somebody wants to add. */
export function Timeline({ incident }: { incident: IncidentView }) {
  const { entries, hasMore, isLoading, error, loadOlder } = useEntries(incident)
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline" className={styles.heading}>
        Timeline
      </h2>
      <NoteBox incident={incident} />
      <ol className={styles.entries} aria-label="What happened, newest first">
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      <ErrorNote error={error} onRetry={loadOlder} />
      <LoadMore hasMore={hasMore} isLoading={isLoading} onLoad={loadOlder}>
        Show older
      </LoadMore>
    </section>
  )
}

function useEntries({ id, timeline }: IncidentView) {
  const [wantsAll, setWantsAll] = useState(false)
  const all = useInfiniteQuery({ ...incidentTimeline(id), enabled: wantsAll })
  const older = all.data?.pages.flatMap(({ items }) => items) ?? []
  const newest = new Set(timeline.map((entry) => entry.id))
  return {
    entries: [...timeline, ...older.filter((entry) => !newest.has(entry.id))],
    hasMore: wantsAll ? all.hasNextPage || all.isPending : timeline.length >= NEWEST,
    isLoading: wantsAll && all.isFetching,
    error: all.error,
    loadOlder: () => (wantsAll ? void all.fetchNextPage() : setWantsAll(true)),
  }
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const { kind, at, actor, text } = entry
  const storm = stormOf(entry)
  return (
    <li className={styles.entry} data-foreseen={entry.id.startsWith('foreseen') || undefined}>
      <EntryIcon kind={kind} />
      <div className={styles.words}>
        <p className={styles.sentence}>
          <strong className={styles.actor}>{actor.name}</strong> {deedWords(entry, new Date())}
          {storm !== null && (
            <>
              {' '}
              <TextLink {...paths.incident(storm)}>#{storm}</TextLink>
            </>
          )}
          <TimeAgo at={at} className={styles.time} />
        </p>
        {text && storm === null && (
          <div className={kind === 'noted' ? styles.note : styles.reason}>
            <Linkified text={text} />
          </div>
        )}
      </div>
    </li>
  )
}
