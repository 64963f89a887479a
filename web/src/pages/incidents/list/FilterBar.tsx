import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconX } from '@tabler/icons-react'
import { Severity } from '#contract/common.ts'
import { useServices } from '../../../api/directory.ts'
import { SeverityMark, severityName } from '../../../ui/SeverityMark.tsx'
import type { IncidentSearch } from '../search.ts'
import styles from './FilterBar.module.css'
import { isFiltered } from './filter.ts'
import { SearchField } from './SearchField.tsx'
import { StatusTabs } from './StatusTabs.tsx'

type Props = { search: IncidentSearch; onChange: (changes: Partial<IncidentSearch>) => void }

/** Which incidents to see. All of it is in the URL. */
export const FilterBar = ({ search, onChange }: Props) => (
  <div className={styles.bar}>
    <StatusTabs search={search} />
    <div className={styles.filters}>
      <SearchField value={search.q ?? ''} onChange={(q) => onChange({ q: q || undefined })} />
      <SeverityFilter chosen={search.severity ?? []} onChange={(severity) => onChange({ severity })} />
      <ServiceFilter chosen={search.service ?? []} onChange={(service) => onChange({ service })} />
      {isFiltered(search) && (
        <Button
          className={styles.fixed}
          variant="subtle"
          color="gray"
          leftSection={<IconX size={14} />}
          onClick={() => onChange({ severity: undefined, service: undefined, q: undefined })}
        >
          Clear
        </Button>
      )}
    </div>
  </div>
)

type ChoiceProps<Value> = { chosen: Value[]; onChange: (chosen: Value[]) => void }

const toggled = <Value,>(chosen: Value[], value: Value) =>
  chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]

const SeverityFilter = ({ chosen, onChange }: ChoiceProps<Severity>) => (
  <fieldset className={styles.severities}>
    <legend className={styles.legend}>Severity</legend>
    {Severity.options.map((severity) => (
      <button
        key={severity}
        type="button"
        className={styles.severity}
        aria-pressed={chosen.includes(severity)}
        aria-label={severityName[severity]}
        onClick={() => onChange(toggled(chosen, severity))}
      >
        <SeverityMark severity={severity} />
      </button>
    ))}
  </fieldset>
)

function ServiceFilter({ chosen, onChange }: ChoiceProps<string>) {
  const services = useServices()
  const names = services.filter(({ id }) => chosen.includes(id)).map(({ name }) => name)
  const label = names.length > 1 ? `${names.length} services` : (names[0] ?? 'Service')
  return (
    <Menu closeOnItemClick={false} position="bottom-start" withinPortal={false}>
      <Menu.Target>
        <Button
          className={styles.fixed}
          rightSection={<IconChevronDown size={14} />}
          data-chosen={names.length > 0 || undefined}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        {services.map(({ id, name }) => (
          <Menu.CheckboxItem
            key={id}
            checked={chosen.includes(id)}
            onChange={() => onChange(toggled(chosen, id))}
          >
            {name}
          </Menu.CheckboxItem>
        ))}
        {services.length === 0 && <Menu.Label>No services yet</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  )
}
