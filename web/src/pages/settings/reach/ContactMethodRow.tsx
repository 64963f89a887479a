import { useDisclosure } from '@mantine/hooks'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import type { ContactMethodView } from '#contract/contact-methods.ts'
import { useDeleteContactMethod, useSendTestPage } from '../../../api/contact-methods.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ChannelIcon } from '../../../ui/ChannelIcon.tsx'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'
import { channelWords } from '../../../ui/channels.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import rows from '../../../ui/Rows.module.css'
import styles from './reach.module.css'
import { SigningSecret } from './SigningSecret.tsx'
import { VerifyForm } from './VerifyForm.tsx'

type Props = { method: ContactMethodView; notAllowed?: string | undefined }

/** One address: whether it is proven, a test, and the way to prove or delete it. */
export function ContactMethodRow({ method, notAllowed }: Props) {
  const [isVerifying, { toggle, close }] = useDisclosure(false)
  const test = useSendTestPage(method.id)
  const remove = useDeleteContactMethod(method.id)
  const { name } = channelWords[method.channel]
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <div className={`${rows.title} ${styles.name}`}>
          <ChannelIcon channel={method.channel} />
          {name}
          {method.label && <span className={styles.label}>{method.label}</span>}
        </div>
        <div className={rows.description}>{method.address}</div>
      </div>
      <Standing method={method} />
      <div className={rows.actions}>
        {method.verified ? (
          <ActionButton
            size="xs"
            aria-label={`Send a test page to ${method.address}`}
            loading={test.isPending}
            disabledReason={notAllowed ?? method.problem ?? undefined}
            onClick={() => test.mutate()}
          >
            Send a test
          </ActionButton>
        ) : (
          <ActionButton
            size="xs"
            variant="filled"
            aria-label={`Verify ${method.address}`}
            disabledReason={notAllowed}
            onClick={toggle}
          >
            Verify
          </ActionButton>
        )}
        <ConfirmButton
          size="xs"
          label="Delete"
          aria-label={`Delete ${name} ${method.address}`}
          title={`Delete ${name} ${method.address}`}
          loses="Nothing is sent to it any more, and the notification rules that use it go with it. It can be added again."
          disabledReason={notAllowed}
          onConfirm={() => remove.mutateAsync()}
        />
      </div>
      {isVerifying && !method.verified && (
        <div className={styles.below}>
          <VerifyForm method={method} onVerified={close} />
        </div>
      )}
      {method.channel === 'webhook' && method.verified && (
        <SigningSecret id={method.id} disabledReason={notAllowed} />
      )}
      {test.error && (
        <div className={styles.below}>
          <ErrorNote error={test.error} />
        </div>
      )}
      {test.isSuccess && (
        <output className={styles.below}>
          <span>A test page is on its way to {method.address}.</span>
        </output>
      )}
    </li>
  )
}

function Standing({ method: { verified, problem } }: { method: ContactMethodView }) {
  if (!verified || problem) {
    return (
      <span className={`${styles.state} ${styles.unverified}`}>
        <IconAlertTriangle size={14} aria-hidden="true" />
        {verified ? problem : 'Not verified, so it is skipped'}
      </span>
    )
  }
  return (
    <span className={`${rows.facts} ${styles.state} ${styles.verified}`}>
      <IconCheck size={14} aria-hidden="true" />
      Verified
    </span>
  )
}
