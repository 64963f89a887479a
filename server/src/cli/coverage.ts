import { type Coverage, type CoverageGap, CoverageQuery } from '#contract/coverage.ts'
import { readCoverage } from '../coverage/read.ts'
import type { Deps } from '../deps.ts'
import { Failure } from '../platform/failure.ts'

type Answer = { text: string; exitCode: 0 | 1 }

/** Says when incidents of the coming days would reach nobody. Exit code 1 where there is such a time. */
export async function coverage(deps: Deps, given: { days: string; json?: true }): Promise<Answer> {
  const { data, error } = CoverageQuery.safeParse({ days: given.days })
  if (!data) throw new Failure(`--days: ${error.issues.map(({ message }) => message).join('; ')}`)
  const found = await readCoverage(deps, data.days, deps.clock.now())
  const text = given.json ? JSON.stringify(found, null, 2) : inWords(found, data.days)
  return { text, exitCode: found.gaps.length > 0 ? 1 : 0 }
}

function inWords({ services, gaps, to }: Coverage, days: number): string {
  const until = `${minute(to)} UTC (${days === 1 ? 'one day' : `${days} days`})`
  if (services === 0) return 'There is no service yet, so there is nothing to reach anybody about.'
  const all = services === 1 ? 'The only service reaches' : `All ${services} services reach`
  if (gaps.length === 0) return `${all} somebody at every moment until ${until}.`
  const rows = gaps.map(({ serviceName, start, end, cause }: CoverageGap) => [
    serviceName,
    minute(start),
    minute(end),
    cause,
  ])
  const affected = new Set(gaps.map(({ serviceId }) => serviceId)).size
  return `${table([['SERVICE', 'FROM (UTC)', 'TO (UTC)', 'NOBODY IS REACHED, AS'], ...rows])}

${affected} of ${services} services would reach nobody at some time until ${until}.`
}

const minute = (iso: string) => iso.slice(0, 16).replace('T', ' ')

/** The last column may be as wide as it likes. */
function table(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_cell, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!))).join('  '),
    )
    .join('\n')
}
