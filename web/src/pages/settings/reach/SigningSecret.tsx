import { useSigningSecret } from '../../../api/contact-methods.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { CopyField } from '../../../ui/Copy.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import styles from './reach.module.css'

/** Of a webhook: what its requests are signed with, for whoever receives them. */
export function SigningSecret({ id, disabledReason }: { id: string; disabledReason: string | undefined }) {
  const show = useSigningSecret(id)
  return (
    <div className={styles.below}>
      {show.data ? (
        <CopyField
          label="Requests are signed with (Standard Webhooks)"
          value={show.data.signingSecret}
          what="signing secret"
        />
      ) : (
        <div>
          <ActionButton
            size="xs"
            loading={show.isPending}
            disabledReason={disabledReason}
            onClick={() => show.mutate()}
          >
            Show signing secret
          </ActionButton>
        </div>
      )}
      <ErrorNote error={show.error} />
    </div>
  )
}
