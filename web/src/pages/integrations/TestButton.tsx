import { useSendTest } from '../../api/integrations.ts'
import { useReasonAgainst } from '../../api/me.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { AnswerNote } from './deliveries/AnswerNote.tsx'
import styles from './TestButton.module.css'

type Props = {
  integrationRef: string
  /** Says what became of it, where nothing else on the page does. */
  withAnswer?: boolean
}

/** Sends a real, signed alert through the front door: it opens an incident like any other. */
export function TestButton({ integrationRef, withAnswer = false }: Props) {
  const test = useSendTest(integrationRef)
  return (
    <div className={styles.test}>
      <ActionButton
        onClick={() => test.mutate()}
        loading={test.isPending}
        disabledReason={useReasonAgainst('act')}
      >
        Send test alert
      </ActionButton>
      {withAnswer && test.data && <AnswerNote answer={test.data} />}
      <ErrorNote error={test.error} />
    </div>
  )
}
