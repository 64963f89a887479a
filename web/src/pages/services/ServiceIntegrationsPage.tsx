import { Page, PageHeader } from '../../ui/Page.tsx'

export const ServiceIntegrationsPage = () => (
  <Page>
    <PageHeader title="Integrations" />
  </Page>
)
