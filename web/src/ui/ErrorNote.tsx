import { Button } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { Problem } from '#contract/common.ts'
import styles from './ErrorNote.module.css'

type Props = { error: Error | null | undefined; onRetry?: () => void }

/** What happened and what to do, where the action was. Shows nothing when all is well. */
export function ErrorNote({ error, onRetry }: Props) {
  if (!error) return null
  const { title, detail, fields, requestId } = wordsOf(error)
  return (
    <div role="alert" className={styles.note}>
      <IconAlertCircle size={16} aria-hidden="true" className={styles.icon} />
      <div className={styles.words}>
        <strong>{title}</strong>
        {detail && <div>{detail}</div>}
        {fields.length > 0 && (
          <ul className={styles.fields}>
            {fields.map(({ path, message }) => (
              <li key={path + message}>
                {path && <code>{path}</code>} {message}
              </li>
            ))}
          </ul>
        )}
        {requestId && <div className={styles.request}>Request {requestId}</div>}
      </div>
      {onRetry && (
        <Button size="xs" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}

/** The words of any error; those of the server where it was the server's. */
export function wordsOf(error: Error) {
  const problem = Problem.safeParse('problem' in error ? error.problem : null).data
  if (problem) {
    const { title, detail, errors = [], requestId } = problem
    return { title, detail: detail === title ? '' : detail, fields: errors, requestId }
  }
  return {
    title: 'This page met something it does not understand',
    detail: 'Reload the page; after an update of the server it may be out of date.',
    fields: [],
    requestId: '',
  }
}
