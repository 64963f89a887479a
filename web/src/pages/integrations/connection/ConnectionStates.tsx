import { AllIsWell, Finding, Findings } from '../Finding.tsx'
import { CheckButton } from './CheckButton.tsx'
import type { ConnectionState } from './states.ts'

type Props = { states: readonly ConnectionState[]; integrationRef: string }

/** What stands in the way, each with what to do about it. */
export function ConnectionStates({ states, integrationRef }: Props) {
  if (states.length === 0) {
    return (
      <AllIsWell>
        Connected: what happens here reaches Sentry, and Sentry is asked what alerts leave out.
      </AllIsWell>
    )
  }
  const first = states.find(({ canCheck }) => canCheck)
  return (
    <Findings>
      {states.map((state) => (
        <Finding
          key={state.code}
          level={state.level}
          title={state.title}
          action={state === first && <CheckButton integrationRef={integrationRef} />}
        >
          {state.detail}
        </Finding>
      ))}
    </Findings>
  )
}
