import { Button, Stack } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import type { ContactMethodView } from '#contract/contact-methods.ts'
import { useSendTestPage } from '../../../api/contact-methods.ts'
import { usePageMe } from '../../../api/page-me.ts'
import { channelWords } from '../../../ui/channels.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Doorway } from '../../sign-in/Doorway.tsx'
import styles from '../setup.module.css'
import type { SetUpService } from './PagingStep.tsx'

type Props = { service: SetUpService; method: ContactMethodView; onward: React.ReactNode }

/** The end of the set-up: one click makes a policy, another one proves that it arrives. */
export function YouWillBePaged({ service, method, onward }: Props) {
  const pageMe = usePageMe(service)
  const isPaged = service.escalationPolicyId !== null || pageMe.isSuccess
  const { name } = channelWords[method.channel]
  return (
    <Doorway
      wide
      step="Step 4 of 4"
      title={isPaged ? `You will be paged at ${method.address}` : `Who is paged when ${service.name} breaks?`}
      description={
        isPaged
          ? `By ${name}, when an incident of ${service.name} opens. Look now whether it arrives.`
          : 'Nobody yet. The least is you: one step that is repeated until somebody acknowledges. Schedules and colleagues are added later.'
      }
      foot={onward}
    >
      {isPaged ? (
        <Test method={method} />
      ) : (
        <Stack gap="sm">
          <Button variant="filled" fullWidth loading={pageMe.isPending} onClick={() => pageMe.mutate()}>
            Page me at {method.address}
          </Button>
          <ErrorNote error={pageMe.error} />
        </Stack>
      )}
    </Doorway>
  )
}

function Test({ method }: { method: ContactMethodView }) {
  const test = useSendTestPage(method.id)
  return (
    <Stack gap="sm">
      <Button variant="filled" fullWidth loading={test.isPending} onClick={() => test.mutate()}>
        Send a test
      </Button>
      <output className={styles.sent}>
        {test.isSuccess && (
          <>
            <IconCheck size={16} aria-hidden="true" /> A test page is on its way to {method.address}.
          </>
        )}
      </output>
      <ErrorNote error={test.error} />
    </Stack>
  )
}
