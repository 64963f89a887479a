import { SegmentedControl } from '@mantine/core'
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { Coverage } from '#contract/coverage.ts'
import { coverageOf } from '../../api/coverage.ts'
import { counted } from '../../forms/counted.ts'
import { paths } from '../../paths.ts'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { ListSkeleton } from '../../ui/Skeletons.tsx'
import { byService } from './by-service.ts'
import styles from './coverage.module.css'
import { ServiceCoverage } from './ServiceCoverage.tsx'

const route = getRouteApi('/app/on-call-tabs/coverage')
const DAYS = [7, 30, 90, 365] as const
const DEFAULT_DAYS = 90

/** Proves that somebody is reached for every service at every moment, or lists when nobody would be. */
export function CoveragePage() {
  const { days = DEFAULT_DAYS } = route.useSearch()
  const navigate = useNavigate()
  const { data: coverage, error, refetch } = useQuery(coverageOf(days))
  return (
    <Page>
      <PageHeader
        title="Coverage"
        description="For every service and every moment: is there somebody with a verified contact method who would be paged?"
        actions={
          <SegmentedControl
            aria-label="How far ahead"
            value={String(days)}
            onChange={(chosen) => void navigate({ ...paths.coverage(Number(chosen)), replace: true })}
            data={DAYS.map((count) => ({ value: String(count), label: `${count} days` }))}
          />
        }
      />
      <ErrorNote error={error} onRetry={() => void refetch()} />
      {coverage ? <Result coverage={coverage} days={days} /> : !error && <ListSkeleton rows={4} />}
    </Page>
  )
}

function Result({ coverage, days }: { coverage: Coverage; days: number }) {
  const services = byService(coverage.gaps)
  const isClear = services.length === 0
  const Icon = isClear ? IconShieldCheck : IconShieldX
  return (
    <>
      <p className={styles.verdict} data-clear={isClear || undefined}>
        <Icon size={32} stroke={1.5} aria-hidden="true" />
        <span>
          <strong>
            {isClear ? allClear(coverage.services) : verdict(services.length, coverage.services)}
          </strong>
          <small>
            {isClear
              ? `At every moment of the next ${days} days somebody would be paged.`
              : `${counted(coverage.gaps.length, 'gap')} in the next ${days} days. Fill them in the schedule (take the shift, add a rotation), add a step to the escalation policy, or have somebody verify a contact method.`}
          </small>
        </span>
      </p>
      {services.map((service) => (
        <ServiceCoverage key={service.id} service={service} from={coverage.from} to={coverage.to} />
      ))}
    </>
  )
}

const allClear = (services: number) =>
  services === 0
    ? 'There is no service yet'
    : services === 1
      ? 'The service is covered'
      : `All ${services} services are covered`

const verdict = (uncovered: number, services: number) =>
  `${uncovered} of ${counted(services, 'service')} ${uncovered === 1 ? 'has' : 'have'} gaps`
