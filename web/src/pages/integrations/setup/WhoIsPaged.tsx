import { IconBellOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useServices } from '../../../api/directory.ts'
import { may, useMe } from '../../../api/me.ts'
import { serviceOne } from '../../../api/services.ts'
import { ButtonLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import styles from './LiveBox.module.css'

/** The last step of connecting a tool: somebody has to hear of what it sends. */
export function WhoIsPaged({ serviceId }: { serviceId: string }) {
  const { data: service } = useQuery(serviceOne(serviceId))
  const isOnly = useServices().length === 1
  const mayConfigure = may(useMe(), 'configure')
  if (!service || service.escalationPolicyId !== null) return null
  return (
    <section className={styles.box} aria-label="Who is paged">
      <h2 className={styles.title}>
        <IconBellOff size={16} aria-hidden="true" />
        Nobody is on call for {service.name} yet
      </h2>
      <p className={styles.words}>
        It has no escalation policy, so its incidents page only the administrators that can be reached.
      </p>
      {mayConfigure && (
        <ButtonLink {...(isOnly ? paths.setup('paging') : paths.serviceSettings(serviceId))}>
          Last step: say who is paged
        </ButtonLink>
      )}
    </section>
  )
}
