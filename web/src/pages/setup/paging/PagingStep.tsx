import { useQuery } from '@tanstack/react-query'
import { contactMethodsOf } from '../../../api/contact-methods.ts'
import { useMe } from '../../../api/me.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { FormSkeleton } from '../../../ui/Skeletons.tsx'
import { Doorway } from '../../sign-in/Doorway.tsx'
import { FirstContactMethod } from './FirstContactMethod.tsx'
import { YouWillBePaged } from './YouWillBePaged.tsx'

export type SetUpService = { id: string; name: string; escalationPolicyId: string | null }

type Props = {
  service: SetUpService
  /** Where to go from here. */
  onward: React.ReactNode
}

/** Step 4: who is paged, and by which way. It ends with a test that arrives. */
export function PagingStep({ service, onward }: Props) {
  const me = useMe()
  const { data: methods, error, refetch } = useQuery(contactMethodsOf(me.id))
  const verified = methods?.find((method) => method.verified)
  if (verified) return <YouWillBePaged service={service} method={verified} onward={onward} />
  return (
    <Doorway
      wide
      step="Step 4 of 4"
      title={`How are you paged when ${service.name} breaks?`}
      description="An address that a code proves to be yours. More can be added later, and rules for which is used when."
      foot={onward}
    >
      {methods ? (
        <FirstContactMethod methods={methods} />
      ) : error ? (
        <ErrorNote error={error} onRetry={() => void refetch()} />
      ) : (
        <FormSkeleton fields={1} />
      )}
    </Doorway>
  )
}
