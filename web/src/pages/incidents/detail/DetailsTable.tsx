import type { JsonObject } from '#contract/common.ts'
import { KeyValue } from '../../../ui/KeyValue.tsx'
import { Linkified } from '../../../ui/Linkified.tsx'
import styles from './AlertFacts.module.css'

/** Whatever a tool has sent along, by its own names. */
export const DetailsTable = ({ details }: { details: JsonObject }) => (
  <KeyValue
    facts={Object.entries(details).map(([name, value]) => [name, <Value key={name} value={value} />])}
  />
)

function Value({ value }: { value: unknown }) {
  if (typeof value === 'string') return <Linkified text={value} />
  if (value === null || typeof value !== 'object') return String(value)
  return <pre className={styles.pre}>{JSON.stringify(value, null, 2)}</pre>
}
