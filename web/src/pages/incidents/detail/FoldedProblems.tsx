import { useInfiniteQuery } from '@tanstack/react-query'
import { type IncidentView, reasonAgainst } from '#contract/incidents.ts'
import { foldedProblems } from '../../../api/incidents.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useSplitStorm } from '../../../api/split-storm.ts'
import { counted } from '../../../forms/counted.ts'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { LoadMore } from '../../../ui/LoadMore.tsx'
import { Section } from '../../../ui/Page.tsx'
import { ListSkeleton } from '../../../ui/Skeletons.tsx'
import styles from './FoldedProblems.module.css'
import { FoldedRow } from './FoldedRow.tsx'

type Storm = NonNullable<IncidentView['storm']>
type Props = { incident: IncidentView }

/** Of the incident about a storm: what is in it, and the way to give a problem an incident of its own. */
export const FoldedProblems = ({ incident }: Props) =>
  incident.storm && <Folded incident={incident} storm={incident.storm} />

function Folded({ incident, storm }: Props & { storm: Storm }) {
  const notAllowed = useReasonAgainst('act')
  const { one, all } = useSplitStorm(incident.id)
  const disabledReason = notAllowed ?? reasonAgainst.split(incident)
  return (
    <Section
      flush
      title={titleOf(storm)}
      description={incident.description}
      actions={
        storm.listed > 0 && (
          <ConfirmButton
            label={storm.waiting > 1 ? `Split all ${storm.waiting}` : 'Split all'}
            title="Split this storm"
            loses={<Consequences waiting={storm.waiting} />}
            onConfirm={() => all.mutateAsync()}
            disabledReason={disabledReason}
          />
        )
      }
    >
      <State incident={incident} storm={storm} />
      {one.error && (
        <div className={styles.note}>
          <ErrorNote error={one.error} />
        </div>
      )}
      <List
        incident={incident}
        disabledReason={disabledReason}
        splitting={one.isPending ? one.variables : undefined}
        onSplit={(key) => one.mutate(key)}
      />
    </Section>
  )
}

const titleOf = ({ listed, notListed }: Storm) =>
  notListed > 0 ? `More than ${counted(listed, 'problem')}` : counted(listed, 'problem')

const Consequences = ({ waiting }: { waiting: number }) => (
  <p className={styles.words}>
    {waiting === 1
      ? 'The problem gets an incident of its own, which pages.'
      : `Each of the ${waiting} problems gets an incident of its own, and each of them pages.`}{' '}
    This cannot be taken back.
  </p>
)

/** How far the storm is worked off, and what ends it. */
function State({ incident, storm }: Props & { storm: Storm }) {
  const { listed, waiting, notListed } = storm
  const parts = [
    listed > 0 && (waiting > 0 ? `${waiting} of ${listed} wait in this incident` : 'None of them waits here'),
    notListed > 0 &&
      `${counted(notListed, 'alert')} about others ${notListed === 1 ? 'is' : 'are'} only counted`,
    incident.status !== 'resolved' && endOf(storm),
  ]
  return <p className={styles.state}>{parts.filter(Boolean).join(' · ')}</p>
}

function endOf({ listed, waiting, notListed }: Storm): string | false {
  if (waiting > 0 || listed === 0) return false
  return notListed > 0
    ? 'resolve it when the storm is over'
    : 'it resolves by itself when nothing new comes for five minutes'
}

type ListProps = Props & {
  disabledReason: string | undefined
  splitting: string | undefined
  onSplit: (key: string) => void
}

function List({ incident, ...row }: ListProps) {
  const list = useInfiniteQuery(foldedProblems(incident.id))
  const problems = list.data?.pages.flatMap(({ items }) => items)
  if (!problems) {
    return list.error ? (
      <div className={styles.note}>
        <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
      </div>
    ) : (
      <ListSkeleton rows={Math.min(incident.storm?.listed ?? 0, 8)} />
    )
  }
  return (
    <>
      {problems.length === 0 && (
        <p className={styles.empty}>
          No problem of this storm is listed. Its alerts are in the delivery log.
        </p>
      )}
      <ul className={styles.list} aria-label="Problems in this storm, the worst first">
        {problems.map((problem) => (
          <FoldedRow key={problem.key} problem={problem} {...row} />
        ))}
      </ul>
      <LoadMore
        hasMore={list.hasNextPage}
        isLoading={list.isFetchingNextPage}
        onLoad={() => void list.fetchNextPage()}
      />
    </>
  )
}
