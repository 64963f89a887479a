import { Avatar, Menu, UnstyledButton, useMantineColorScheme, VisuallyHidden } from '@mantine/core'
import {
  IconBellRinging,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconPlugConnected,
  IconSun,
  IconTool,
  IconUser,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useMe, useSignOut } from '../api/me.ts'
import { paths } from '../paths.ts'
import styles from './Shell.module.css'

const schemes = [
  { value: 'light', name: 'Light', icon: IconSun },
  { value: 'dark', name: 'Dark', icon: IconMoon },
  { value: 'auto', name: 'Like the system', icon: IconDeviceDesktop },
] as const

type Props = {
  /** Where there is room: beside the picture. Without, the menu also leads where the bar below has no room for. */
  withName?: boolean
}

/** Who is signed in, how the app looks, and the way out. */
export function UserMenu({ withName = false }: Props) {
  const me = useMe()
  const navigate = useNavigate()
  const signOut = useSignOut()
  const { colorScheme, setColorScheme } = useMantineColorScheme()

  return (
    <Menu position="top-start" width={208} withinPortal={false}>
      <Menu.Target>
        <UnstyledButton className={styles.user}>
          <Avatar
            size={24}
            name={me.name}
            color="gray"
            classNames={{ placeholder: styles.avatar! }}
            aria-hidden
          />
          {withName ? (
            <span className={styles.userName}>{me.name}</span>
          ) : (
            <VisuallyHidden>{me.name}</VisuallyHidden>
          )}
          <VisuallyHidden>, account and appearance</VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.email} · {me.role}
        </Menu.Label>
        <Menu.Item leftSection={<IconUser size={16} />} onClick={() => void navigate(paths.profile())}>
          Profile
        </Menu.Item>
        {!withName && (
          <>
            <Menu.Item
              leftSection={<IconPlugConnected size={16} />}
              onClick={() => void navigate(paths.integrations())}
            >
              Integrations
            </Menu.Item>
            <Menu.Item
              leftSection={<IconBellRinging size={16} />}
              onClick={() => void navigate(paths.notifications())}
            >
              Notifications
            </Menu.Item>
            <Menu.Item
              leftSection={<IconTool size={16} />}
              onClick={() => void navigate(paths.maintenance())}
            >
              Maintenance
            </Menu.Item>
          </>
        )}
        <Menu.Divider />
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(value as typeof colorScheme)}
        >
          {schemes.map(({ value, name }) => (
            <Menu.RadioItem key={value} value={value}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} />}
          onClick={() => signOut.mutate(undefined, { onSuccess: () => void navigate(paths.signIn()) })}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
