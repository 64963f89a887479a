import { Button } from '@mantine/core'
import { useState } from 'react'
import { counted } from '../../../../forms/counted.ts'
import { LedgerStep } from './LedgerStep.tsx'
import type { LedgerStep as Step } from './ledger.ts'
import styles from './paging.module.css'

/** How many steps stand there at once; a policy that is repeated makes many. */
const NEWEST = 3

/** The newest steps; those before them wait behind a button. */
export function LedgerSteps({ steps }: { steps: Step[] }) {
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? steps : steps.slice(0, NEWEST)
  const rest = steps.length - shown.length
  return (
    <>
      {shown.map((step) => (
        <LedgerStep key={`${step.title} ${step.at}`} step={step} />
      ))}
      {rest > 0 && (
        <div className={styles.part}>
          <Button size="xs" onClick={() => setWhole(true)}>
            Show {counted(rest, 'earlier step')}
          </Button>
        </div>
      )}
    </>
  )
}
