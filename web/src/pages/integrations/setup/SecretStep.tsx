import { Button } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import { useSetSigningSecret } from '../../../api/integrations.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { ShownOnce } from '../../../forms/ShownOnce.tsx'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { PasteSecret } from '../settings/PasteSecret.tsx'
import type { Addressed } from './SetupTab.tsx'
import { MenuPath } from './Steps.tsx'
import styles from './setup.module.css'

/** Lets deliveries prove that they come from Sentry: by its own secret, or by one made here. */
export function SecretStep({ integration }: { integration: Addressed }) {
  const generate = useSetSigningSecret(integration.ref)
  const generated = generate.data?.signingSecret
  if (generated) return <Generated secret={generated} onDone={generate.reset} />
  if (integration.hasSigningSecret) return <SecretIsSet integrationRef={integration.ref} />
  return (
    <>
      <p className={styles.text}>
        After saving, Sentry shows the <MenuPath path="Client Secret" /> at the end of the same page, under{' '}
        <MenuPath path="Credentials" />. With it, only deliveries that Sentry has signed are accepted.
      </p>
      <PasteSecret integrationRef={integration.ref} />
      <Generate generate={generate} />
    </>
  )
}

function Generate({ generate }: { generate: ReturnType<typeof useSetSigningSecret> }) {
  const notAllowed = useReasonAgainst('configure')
  return (
    <>
      <p className={styles.dimmed}>
        For a sender that lets you choose the secret, such as a proxy or a script; Sentry's own integrations
        always bring theirs:
      </p>
      <div className={styles.actions}>
        <ActionButton
          loading={generate.isPending}
          disabledReason={notAllowed}
          onClick={() => generate.mutate({})}
        >
          Generate one here
        </ActionButton>
      </div>
      <ErrorNote error={generate.error} />
    </>
  )
}

const Generated = ({ secret, onDone }: { secret: string; onDone: () => void }) => (
  <>
    <ShownOnce value={secret} what="signing secret">
      Shown only now. Enter it where the deliveries are signed; unsigned ones are rejected from now on.
    </ShownOnce>
    <div className={styles.actions}>
      <Button onClick={onDone}>I have copied it</Button>
    </div>
  </>
)

const SecretIsSet = ({ integrationRef }: { integrationRef: string }) => (
  <p className={styles.good}>
    <IconShieldCheck size={16} aria-hidden="true" />
    <span>
      A signing secret is set. Deliveries without its signature are rejected.{' '}
      <TextLink {...paths.integration(integrationRef, { tab: 'settings' })}>Change or remove it</TextLink>
    </span>
  </p>
)
