import styles from './KeyValue.module.css'

/** Facts with their names; a fact that nobody knows is left out. */
export function KeyValue({ facts }: { facts: readonly (readonly [name: string, value: React.ReactNode])[] }) {
  const known = facts.filter(([, value]) => value !== undefined && value !== null && value !== '')
  if (known.length === 0) return null
  return (
    <dl className={styles.list}>
      {known.map(([name, value]) => (
        <div key={name} className={styles.fact}>
          <dt className={styles.name}>{name}</dt>
          <dd className={styles.value}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
