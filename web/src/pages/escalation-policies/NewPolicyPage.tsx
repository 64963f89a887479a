import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useSavePolicy } from '../../api/escalation-policies.ts'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { newStep, type PolicyDraft } from './form/draft.ts'
import { PolicyForm } from './form/PolicyForm.tsx'

/** A policy from nothing, which begins with one step at once. */
export function NewPolicyPage() {
  const navigate = useNavigate()
  const save = useSavePolicy()
  const [initial] = useState<PolicyDraft>(() => ({
    name: '',
    repeat: 1,
    steps: [newStep(0)],
    fallback: null,
  }))
  return (
    <Page>
      <PageHeader
        title="Create escalation policy"
        above={<TextLink {...paths.policies()}>Escalation policies</TextLink>}
      />
      <PolicyForm
        initial={initial}
        saveWords="Create escalation policy"
        onSave={async (policy) => {
          const { id } = await save.mutateAsync(policy)
          await navigate(paths.policy(id))
        }}
      />
    </Page>
  )
}
