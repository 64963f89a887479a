import { Select } from '@mantine/core'
import { ownZone } from '../time/zones.ts'
import { FIELD_WIDTH } from './widths.ts'

type Props = {
  name: string
  value: string
  error: string | undefined
  onChange: (zone: string) => void
  label?: string
  description?: string
}

/** How many of those that match are offered at once. */
const OFFERED = 60

/** A time zone, found by typing a part of its name. */
export const TimeZoneField = ({ value, onChange, label = 'Time zone', ...field }: Props) => (
  <Select
    {...field}
    label={label}
    value={value || null}
    onChange={(zone) => onChange(zone ?? '')}
    data={zones(value)}
    searchable
    limit={OFFERED}
    nothingFoundMessage="No time zone has this name"
    maxDropdownHeight={240}
    maw={FIELD_WIDTH}
    autoComplete="off"
  />
)

/** All that the browser knows, the device's own first; one that it does not know stays choosable. */
function zones(current: string): string[] {
  const known = ['UTC', ...Intl.supportedValuesOf('timeZone')]
  return [...new Set([current, ownZone(), ...known].filter(Boolean))]
}
