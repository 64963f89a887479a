import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { serviceOne } from '../../api/services.ts'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { Card, Page, PageHeader } from '../../ui/Page.tsx'
import { AddIntegrationForm } from './add/AddIntegrationForm.tsx'

const route = getRouteApi('/app/services/$id/integrations/new')

/** Wires another tool to a service. */
export function AddIntegrationPage() {
  const { id } = route.useParams()
  const { data: service } = useQuery(serviceOne(id))
  return (
    <Page width="text">
      <PageHeader
        title="Add integration"
        description="The next page has the address to give to the tool, and turns green when the first alert arrives."
        above={
          <>
            <TextLink {...paths.services()}>Services</TextLink> /{' '}
            <TextLink {...paths.serviceIntegrations(id)}>{service?.name ?? 'Service'}</TextLink>
          </>
        }
      />
      <Card>
        <AddIntegrationForm serviceId={id} />
      </Card>
    </Page>
  )
}
