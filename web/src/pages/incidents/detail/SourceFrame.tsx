import type { SentryDetails } from '#contract/sentry.ts'
import styles from './AlertFacts.module.css'

/** Where it broke: the place in our own code, with the line of source. */
export function SourceFrame({ frame }: { frame: NonNullable<SentryDetails['frame']> }) {
  const { file, module, function: name, line, column, context } = frame
  const place = [file ?? module, line, column].filter((part) => part !== undefined).join(':')
  return (
    <figure className={styles.frame}>
      <figcaption className={styles.place}>
        {place && <span className={styles.file}>{place}</span>}
        {name && <span className={styles.function}>in {name}</span>}
      </figcaption>
      {context && (
        <div className={styles.source}>
          {line !== undefined && (
            <span className={styles.lineNumber} aria-hidden="true">
              {line}
            </span>
          )}
          <code className={styles.context}>{context.trim()}</code>
        </div>
      )}
    </figure>
  )
}
