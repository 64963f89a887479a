import '@mantine/spotlight/styles.layer.css'
import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight, spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import styles from './CommandPalette.module.css'
import { type CommandGroup, matching } from './commands.ts'
import { useCommands } from './use-commands.tsx'

const TYPING_PAUSE_MILLISECONDS = 150

const classNames = {
  search: styles.search!,
  action: styles.action!,
  actionLabel: styles.label!,
  actionsGroup: styles.group!,
}

type Props = { timesWanted: number; onHelp: () => void }

/** Finds incidents, services and people, and does whatever can be done, without leaving the keyboard. */
export function CommandPalette({ timesWanted, onHelp }: Props) {
  const [query, setQuery] = useState('')
  const [settled] = useDebouncedValue(query, TYPING_PAUSE_MILLISECONDS)
  const groups = matching(useCommands(settled, onHelp), query)
  useEffect(() => {
    if (timesWanted > 0) spotlight.open()
  }, [timesWanted])

  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      classNames={classNames}
      attributes={{ content: { 'aria-label': 'Find or do' } }}
      scrollable
      maxHeight={440}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      transitionProps={{ duration: 100, transition: 'fade' }}
    >
      <Spotlight.Search
        placeholder="Find an incident, a service, a person, or do something"
        aria-label="Find or do"
        leftSection={<IconSearch size={18} aria-hidden="true" />}
      />
      <Spotlight.ActionsList>
        {groups.map((group) => (
          <Group key={group.name} {...group} />
        ))}
        {groups.length === 0 && <Spotlight.Empty>Nothing has this name</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

const Group = ({ name, commands }: CommandGroup) => (
  <Spotlight.ActionsGroup label={name}>
    {commands.map(({ id, label, hint, mark, run }) => (
      <Spotlight.Action
        key={id}
        label={label}
        leftSection={mark}
        dimmedSections={false}
        onClick={run}
        {...(hint && { description: hint })}
      />
    ))}
  </Spotlight.ActionsGroup>
)
