import { Select } from '@mantine/core'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { PageStatus } from '#contract/pages.ts'
import { usePeople } from '../../../api/directory.ts'
import { may, useMe } from '../../../api/me.ts'
import { paths } from '../../../paths.ts'
import { pageStatusName } from '../../../ui/PageStatusMark.tsx'
import type { NotificationSearch } from '../search.ts'
import styles from './log.module.css'

const route = getRouteApi('/app/notifications')

const statuses = PageStatus.options.map((status) => ({ value: status, label: pageStatusName[status] }))

/** Narrows the log; what is chosen stands in the URL. */
export function LogFilters() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const seesAll = may(useMe(), 'inspect')
  const people = usePeople().map(({ id, name }) => ({ value: id, label: name }))
  const show = (changes: NotificationSearch) =>
    void navigate({ ...paths.notifications({ ...search, ...changes }), replace: true })
  return (
    <div className={styles.filters}>
      {seesAll && (
        <Select
          aria-label="Person"
          placeholder="Everybody"
          data={people}
          value={search.person ?? null}
          onChange={(person) => show({ person: person ?? undefined })}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'Show everybody' }}
          nothingFoundMessage="Nobody has this name"
        />
      )}
      <Select
        aria-label="Status"
        placeholder="Every status"
        data={statuses}
        value={search.status ?? null}
        onChange={(status) => show({ status: PageStatus.optional().parse(status ?? undefined) })}
        clearable
        clearButtonProps={{ 'aria-label': 'Show every status' }}
      />
    </div>
  )
}
