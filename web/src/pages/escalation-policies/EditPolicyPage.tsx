import { IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { EscalationPolicyView } from '#contract/escalation-policies.ts'
import { policyOne, useDeletePolicy, useSavePolicy } from '../../api/escalation-policies.ts'
import { useReasonAgainst } from '../../api/me.ts'
import { Danger } from '../../forms/Danger.tsx'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { ConfirmButton } from '../../ui/ConfirmButton.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { Page, PageHeader, Section } from '../../ui/Page.tsx'
import { FormSkeleton } from '../../ui/Skeletons.tsx'
import { draftOf } from './form/draft.ts'
import { PolicyForm } from './form/PolicyForm.tsx'
import styles from './policy/policy.module.css'

const route = getRouteApi('/app/escalation-policies/$id/edit')

/** The steps of a policy, to be changed. */
export function EditPolicyPage() {
  const { id } = route.useParams()
  const { data: policy, error, refetch } = useQuery(policyOne(id))
  return (
    <Page>
      <PageHeader
        title={policy ? `Edit ${policy.name}` : 'Edit escalation policy'}
        above={<TextLink {...paths.policy(id)}>{policy?.name ?? 'Escalation policy'}</TextLink>}
      />
      <ErrorNote error={error} onRetry={() => void refetch()} />
      {policy ? <Edit policy={policy} /> : !error && <FormSkeleton fields={4} />}
    </Page>
  )
}

function Edit({ policy }: { policy: EscalationPolicyView }) {
  const navigate = useNavigate()
  const save = useSavePolicy(policy.id)
  const notAllowed = useReasonAgainst('configure')
  // What is being written stays, whatever others save meanwhile.
  const [initial] = useState(() => draftOf(policy))
  return (
    <>
      <p className={styles.note}>
        <IconInfoCircle size={16} aria-hidden="true" />
        <span>
          Incidents that are running finish on version {policy.version}, as it is now. New ones start with
          what you save here.
        </span>
      </p>
      <PolicyForm
        initial={initial}
        saveWords="Save"
        notAllowed={notAllowed}
        onSave={async (changed) => {
          await save.mutateAsync(changed)
          await navigate(paths.policy(policy.id))
        }}
      />
      <DeletePolicy policy={policy} notAllowed={notAllowed} />
    </>
  )
}

type DeleteProps = { policy: EscalationPolicyView; notAllowed: string | undefined }

function DeletePolicy({ policy: { id, name, services }, notAllowed }: DeleteProps) {
  const navigate = useNavigate()
  const remove = useDeletePolicy(id)
  const loses = 'Incidents that are running on it finish on it. No service can choose it any more.'
  const inUse =
    services.length > 0
      ? `Used by ${services.map((service) => service.name).join(', ')}; give them another policy first`
      : undefined
  return (
    <Section title="Delete">
      <Danger words={loses}>
        <ConfirmButton
          color="raspberry"
          variant="outline"
          label="Delete escalation policy"
          title={`Delete ${name}`}
          loses={loses}
          disabledReason={notAllowed ?? inUse}
          onConfirm={async () => {
            await remove.mutateAsync()
            await navigate(paths.policies())
          }}
        />
      </Danger>
    </Section>
  )
}
