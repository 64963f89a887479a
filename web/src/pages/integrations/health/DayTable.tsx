import { Table } from '@mantine/core'
import type { IntegrationHealth } from '#contract/integrations.ts'
import { spanOf } from './chart.ts'
import styles from './DayChart.module.css'

/** The numbers of the chart; hours without a delivery are left out. */
export function DayTable({ hours }: Pick<IntegrationHealth, 'hours'>) {
  const busy = hours.filter(({ accepted, ignored, rejected }) => accepted + ignored + rejected > 0)
  return (
    <details className={styles.table}>
      <summary>As a table</summary>
      {busy.length === 0 ? (
        <p className={styles.nothing}>Nothing arrived in the last 24 hours.</p>
      ) : (
        <Table captionSide="top" mt="xs">
          <Table.Caption ta="left">Deliveries per hour; hours without any are left out</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Hour</Table.Th>
              <Table.Th>Accepted</Table.Th>
              <Table.Th>Ignored</Table.Th>
              <Table.Th>Rejected</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {busy.map(({ hour, accepted, ignored, rejected }) => (
              <Table.Tr key={hour}>
                <Table.Th scope="row">{spanOf(hour)}</Table.Th>
                <Table.Td>{accepted}</Table.Td>
                <Table.Td>{ignored}</Table.Td>
                <Table.Td>{rejected}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </details>
  )
}
