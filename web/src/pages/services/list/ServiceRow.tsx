import { Link } from '@tanstack/react-router'
import type { ServiceView } from '#contract/services.ts'
import { counted } from '../../../forms/counted.ts'
import { paths } from '../../../paths.ts'
import { Row } from '../../../ui/Rows.tsx'
import styles from './ServiceRow.module.css'

/** A service: is it well, and can it be told otherwise? */
export function ServiceRow({ service }: { service: ServiceView }) {
  const { id, name, description, activeIncidentCount, integrationCount } = service
  return (
    <Row
      title={<Link {...paths.service(id)}>{name}</Link>}
      description={description?.split('\n')[0]}
      facts={
        <>
          <span className={activeIncidentCount > 0 ? styles.active : undefined}>
            {activeIncidentCount > 0 ? counted(activeIncidentCount, 'active incident') : 'No active incident'}
          </span>
          <span className={styles.integrations}>
            {integrationCount > 0 ? counted(integrationCount, 'integration') : 'Nothing connected'}
          </span>
        </>
      }
    />
  )
}
