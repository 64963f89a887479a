import type { DeliveryDetail } from '#contract/integrations.ts'
import { useReplay } from '../../../api/integrations.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { CopyBlock } from '../../../ui/Copy.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { KeyValue } from '../../../ui/KeyValue.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import { wordsOfKind } from '../kinds.ts'
import { AnswerNote } from './AnswerNote.tsx'
import { bytesWords, headerLines, prettyJson } from './body-text.ts'
import styles from './deliveries.module.css'
import { OutcomeMark } from './OutcomeMark.tsx'
import { deedNames } from './outcomes.ts'

/** What became of a delivery, and what was in it. */
export const DeliveryContent = ({ delivery }: { delivery: DeliveryDetail }) => (
  <>
    <Facts delivery={delivery} />
    <Replay delivery={delivery} />
    <Body delivery={delivery} />
    <section>
      <h3 className={styles.heading}>Headers</h3>
      <CopyBlock value={headerLines(delivery.headers)} what="headers" />
    </section>
  </>
)

function Facts({ delivery }: { delivery: DeliveryDetail }) {
  const { outcome, reason, httpStatus, kind, result, incidentNumber, title, replayedBy } = delivery
  return (
    <KeyValue
      facts={[
        ['Outcome', <OutcomeMark key="outcome" outcome={outcome} withName />],
        ['Why', reason],
        ['Answered', `HTTP ${httpStatus}`],
        ['Title', title],
        ['Kind', kind && wordsOfKind(kind)],
        [
          'Incident',
          result && incidentNumber !== null && (
            <>
              {deedNames[result]} <TextLink {...paths.incident(incidentNumber)}>#{incidentNumber}</TextLink>
            </>
          ),
        ],
        ['Received', <TimeAgo key="at" at={delivery.receivedAt} />],
        ['Replayed by', replayedBy?.name],
      ]}
    />
  )
}

function Replay({ delivery }: { delivery: DeliveryDetail }) {
  const replay = useReplay(delivery.id)
  const notAllowed = useReasonAgainst('act')
  const isWhole = delivery.body !== null && !delivery.bodyTruncated
  return (
    <section>
      <div className={styles.replay}>
        <ActionButton
          onClick={() => replay.mutate()}
          loading={replay.isPending}
          disabledReason={notAllowed ?? (isWhole ? undefined : 'Its body was not kept whole')}
        >
          Replay
        </ActionButton>
        {replay.data ? (
          <AnswerNote answer={replay.data} />
        ) : (
          <span className={styles.dimmed}>Reads the body again with the settings of now.</span>
        )}
      </div>
      <ErrorNote error={replay.error} />
    </section>
  )
}

function Body({ delivery: { body, bodyBytes, bodyTruncated } }: { delivery: DeliveryDetail }) {
  return (
    <section>
      <h3 className={styles.heading}>
        Body <span className={styles.dimmed}>{bytesWords(bodyBytes)}</span>
      </h3>
      {bodyTruncated && (
        <p className={styles.truncated}>Only the beginning was kept, so it cannot be replayed.</p>
      )}
      {body === null ? (
        <p className={styles.truncated}>
          This body was not kept: more arrived in that minute than this integration stores.
        </p>
      ) : body === '' ? (
        <p className={styles.truncated}>It was empty.</p>
      ) : (
        <CopyBlock value={prettyJson(body)} what="body" />
      )}
    </section>
  )
}
