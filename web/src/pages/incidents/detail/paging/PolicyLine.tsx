import type { IncidentView } from '#contract/incidents.ts'
import { TextLink } from '../../../../link.tsx'
import { paths } from '../../../../paths.ts'
import styles from './paging.module.css'

/** By which policy the incident pages, and whether that has changed since it began. */
export function PolicyLine({ paging: { policy } }: Pick<IncidentView, 'paging'>) {
  if (!policy) return null
  const { id, name, version, isOutdated } = policy
  return (
    <p className={`${styles.part} ${styles.policy}`}>
      This incident runs on version {version} of the policy <TextLink {...paths.policy(id)}>{name}</TextLink>
      {isOutdated ? '; it has changed since, and this incident finishes as it began.' : '.'}
    </p>
  )
}
