import { Page, PageHeader } from '../../ui/Page.tsx'

export const IntegrationsPage = () => (
  <Page>
    <PageHeader title="Integrations" />
  </Page>
)
