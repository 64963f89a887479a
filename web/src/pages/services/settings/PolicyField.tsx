import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { allPolicies } from '../../../api/escalation-policies.ts'
import { FIELD_WIDTH } from '../../../forms/widths.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'

type Props = {
  name: string
  value: string | null
  error: string | undefined
  onChange: (policyId: string | null) => void
}

const NONE = 'none'

/** Whom the incidents of a service page; incidents that are running keep theirs. */
export function PolicyField({ name, value, error, onChange }: Props) {
  const policies = useQuery(allPolicies).data ?? []
  return (
    <Select
      name={name}
      label="Escalation policy"
      description={
        policies.length === 0 ? (
          <>
            There is none yet; <TextLink {...paths.newPolicy()}>create one</TextLink>
          </>
        ) : (
          'Whom new incidents page, and who is next when nobody answers'
        )
      }
      searchable
      data={[
        { value: NONE, label: 'None: page the administrators' },
        ...policies.map((policy) => ({ value: policy.id, label: policy.name })),
      ]}
      value={value ?? NONE}
      error={error}
      onChange={(chosen) => onChange(chosen === NONE ? null : chosen)}
      maw={FIELD_WIDTH}
    />
  )
}
