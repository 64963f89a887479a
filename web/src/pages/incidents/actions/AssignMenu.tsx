import { Menu } from '@mantine/core'
import { usePeople } from '../../../api/directory.ts'
import { useMe } from '../../../api/me.ts'
import { MenuButton } from '../../../ui/MenuButton.tsx'

type Person = { id: string; name: string }
type Props = { onAssign: (person: Person) => void; disabledReason?: string | undefined }

/** Whom to give it to; the person asking comes first. */
export function AssignMenu({ onAssign, disabledReason }: Props) {
  const me = useMe()
  const others = usePeople().filter(({ id, role }) => id !== me.id && role !== 'viewer')
  return (
    <MenuButton label="Assign" disabledReason={disabledReason}>
      <Menu.Item onClick={() => onAssign({ id: me.id, name: me.name })}>To me</Menu.Item>
      {others.length > 0 && <Menu.Divider />}
      {others.map(({ id, name }) => (
        <Menu.Item key={id} onClick={() => onAssign({ id, name })}>
          {name}
        </Menu.Item>
      ))}
    </MenuButton>
  )
}
