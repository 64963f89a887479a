import { Button } from '@mantine/core'
import type { ContactMethodView } from '#contract/contact-methods.ts'
import { useResendCode } from '../../../api/contact-methods.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import styles from './reach.module.css'

/** Another code, or link; the one before stops working. */
export function Resend({ method }: { method: ContactMethodView }) {
  const resend = useResendCode(method.id)
  const what = method.verifiedBy === 'link' ? 'link' : 'code'
  return (
    <>
      <Button onClick={() => resend.mutate()} loading={resend.isPending}>
        Send a new {what}
      </Button>
      <output className={styles.muted}>
        {resend.data &&
          (resend.data.codeProblem ?? `A new ${what} is on its way; the one before no longer works.`)}
      </output>
      <ErrorNote error={resend.error} />
    </>
  )
}
