import type { MaintenanceWindowView } from '#contract/services.ts'
import { Section } from '../../ui/Page.tsx'
import { Rows } from '../../ui/Rows.tsx'
import { useNow } from '../../ui/use-now.ts'
import { byPhase, type Phase } from './phases.ts'
import { WindowRow } from './WindowRow.tsx'

const titles = {
  now: 'Under way',
  planned: 'Planned',
  over: 'Over',
} as const satisfies Record<Phase, string>

/** The windows by what they mean now; they move from group to group by themselves. */
export function WindowGroups({ windows }: { windows: readonly MaintenanceWindowView[] }) {
  const groups = byPhase(windows, useNow())
  return (Object.keys(titles) as Phase[]).map(
    (phase) =>
      groups[phase].length > 0 && (
        <Section flush key={phase} title={titles[phase]}>
          <Rows bare label={titles[phase]}>
            {groups[phase].map((window) => (
              <WindowRow key={window.id} window={window} phase={phase} />
            ))}
          </Rows>
        </Section>
      ),
  )
}
