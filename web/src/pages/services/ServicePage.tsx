import { getRouteApi } from '@tanstack/react-router'
import { ButtonLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { Section } from '../../ui/Page.tsx'
import { ActiveIncidents } from './service/ActiveIncidents.tsx'
import { ServiceFrame } from './service/ServiceFrame.tsx'
import { ServiceIntegrations } from './service/ServiceIntegrations.tsx'
import styles from './service/service.module.css'
import { WhoIsPaged } from './service/WhoIsPaged.tsx'

const route = getRouteApi('/app/services/$id')

/** One service at a glance: what is broken, and whether its tools can say so. */
export function ServicePage() {
  const { id } = route.useParams()
  return (
    <ServiceFrame id={id}>
      {(service) => (
        <>
          {service.description && <p className={styles.description}>{service.description}</p>}
          <Section
            flush
            title="Active incidents"
            actions={
              <ButtonLink size="xs" {...paths.incidents({ service: [id], status: 'all' })}>
                All incidents
              </ButtonLink>
            }
          >
            <ActiveIncidents serviceId={id} hasIntegrations={service.integrationCount > 0} />
          </Section>
          <WhoIsPaged service={service} />
          <Section flush title="Integrations">
            <ServiceIntegrations serviceId={id} />
          </Section>
        </>
      )}
    </ServiceFrame>
  )
}
