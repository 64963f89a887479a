import type { Diagnosis } from '#contract/integrations.ts'
import { ButtonLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { AllIsWell, Finding, Findings } from '../Finding.tsx'
import { fixOf } from './fixes.ts'

type Props = { diagnoses: readonly Diagnosis[]; integrationRef: string }

/** Everything that the server has found, each with what to do about it. */
export const Diagnoses = ({ diagnoses, integrationRef }: Props) =>
  diagnoses.length === 0 ? (
    <AllIsWell>All is well: deliveries arrive and are understood.</AllIsWell>
  ) : (
    <Findings>
      {diagnoses.map(({ code, level, title, detail }) => {
        const fix = fixOf(code)
        return (
          <Finding
            key={code}
            level={level}
            title={title}
            action={
              fix && <ButtonLink {...paths.integration(integrationRef, fix.search)}>{fix.label}</ButtonLink>
            }
          >
            {detail}
          </Finding>
        )
      })}
    </Findings>
  )
