import { Menu } from '@mantine/core'
import { Severity } from '#contract/common.ts'
import { MenuButton } from '../../../ui/MenuButton.tsx'
import { SeverityMark } from '../../../ui/SeverityMark.tsx'

type Props = {
  current?: Severity
  onChange: (severity: Severity) => void
  disabledReason?: string | undefined
}

/** How bad it really is, in the eyes of a person. */
export const SeverityMenu = ({ current, onChange, disabledReason }: Props) => (
  <MenuButton label="Severity" disabledReason={disabledReason}>
    {Severity.options.map((severity) => (
      <Menu.Item key={severity} disabled={severity === current} onClick={() => onChange(severity)}>
        <SeverityMark severity={severity} withName />
      </Menu.Item>
    ))}
  </MenuButton>
)
