import type { ApiKeyView } from '#contract/people.ts'
import { useDeleteApiKey } from '../../../api/people.ts'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'
import { Row } from '../../../ui/Rows.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import styles from '../settings.module.css'
import { scopeWords } from './scopes.ts'

/** A key: which program, what it may do, whether it is still in use. */
export function ApiKeyRow({ apiKey }: { apiKey: ApiKeyView }) {
  const remove = useDeleteApiKey()
  const { id, name, prefix, scopes, createdBy, createdAt, lastUsedAt } = apiKey
  return (
    <Row
      title={name}
      description={
        <>
          <code>{prefix}…</code> · made by {createdBy} <TimeAgo at={createdAt} />
        </>
      }
      facts={
        <>
          <span className={styles.scopes}>
            {scopes.map((scope) => (
              <span key={scope} className={styles.scope} title={scopeWords[scope].description}>
                {scope}
              </span>
            ))}
          </span>
          <span className={styles.last}>
            {lastUsedAt ? (
              <>
                Used <TimeAgo at={lastUsedAt} />
              </>
            ) : (
              'Never used'
            )}
          </span>
        </>
      }
      actions={
        <ConfirmButton
          label="Delete"
          title={`Delete the key ${name}`}
          loses={`Programs that use ${prefix}… are answered 401 at once. A deleted key cannot be brought back; make a new one instead.`}
          onConfirm={() => remove.mutateAsync(id)}
        />
      }
    />
  )
}
