import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { growthReport } from '../growth/report.ts'
import type { GrowthResult } from '../growth/run.ts'
import { ingestReport } from '../ingest/report.ts'
import type { IngestResult } from '../ingest/run.ts'
import { pagingReport } from '../paging/report.ts'
import type { PagingResult } from '../paging/run.ts'
import { readsReport } from '../reads/report.ts'
import type { ReadsResult } from '../reads/run.ts'
import { checkLines, differencesOf } from '../stage/checks.ts'
import type { circumstances } from '../stage/circumstances.ts'
import { whole } from '../stage/table.ts'

const PAGE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url))
const RESULTS = new URL('../../docs/benchmarks/', import.meta.url)

type Results = {
  ingest: IngestResult
  'two-servers': IngestResult
  growth: GrowthResult
  reads: ReadsResult
  paging: PagingResult
}

const reports: { [Name in keyof Results]: (result: Results[Name]) => string } = {
  ingest: ingestReport,
  'two-servers': ingestReport,
  growth: growthReport,
  reads: readsReport,
  paging: pagingReport,
}

export const pageAsItIs = (): string => readFileSync(PAGE, 'utf8')
export const pageFile = PAGE

/** The page with the tables of the results that are beside it, each between the marks of its name. */
export function pageWithResults(): string {
  let page = pageAsItIs()
  for (const name of Object.keys(reports) as (keyof Results)[]) {
    const [begin, end] = [`<!-- results of ${name} -->`, `<!-- end of ${name} -->`]
    const [from, to] = [page.indexOf(begin), page.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place for the results of ${name}`)
    page = `${page.slice(0, from + begin.length)}\n\n${sectionOf(name)}\n\n${page.slice(to)}`
  }
  return page
}

function sectionOf<Name extends keyof Results>(name: Name): string {
  const file = new URL(`${name}.json`, RESULTS)
  if (!existsSync(file)) return 'Not measured yet.'
  const result = JSON.parse(readFileSync(file, 'utf8')) as Results[Name]
  return [reports[name](result), circumstancesIn(result), checksIn(result)].join('\n')
}

type Circumstances = Awaited<ReturnType<typeof circumstances>>

function circumstancesIn({
  measuredAt,
  machine,
  versions,
  postgres,
  commit,
  changedFiles,
}: Circumstances): string {
  const { processors, processor, memoryGiB, system, loadBefore = 0 } = machine
  const { server_version: version, ...settings } = postgres
  const changed = changedFiles ? `, ${changedFiles} files changed since` : ''
  return [
    `- ${measuredAt.slice(0, 10)}, ${processors} processors (${processor ?? 'unknown'}), ${memoryGiB} GiB, ${system}; load before ${loadBefore.toFixed(1)}`,
    `- OpsKnight ${versions.opsknight}${commit ? ` (${commit.slice(0, 12)}${changed})` : ''}, Node ${versions.node}, Fastify ${versions.fastify}, PostgreSQL ${version}: ${Object.entries(
      settings,
    )
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
  ].join('\n')
}

const checksIn = ({ checks }: Pick<IngestResult, 'checks'>): string =>
  differencesOf(checks).length === 0
    ? `- All ${whole(checks.length)} checks of the data passed`
    : [
        '- Checks of the data that failed:',
        ...checkLines(differencesOf(checks)).map((line) => `  - ${line}`),
      ].join('\n')
