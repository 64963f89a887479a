import { Page, PageHeader } from '../../ui/Page.tsx'

export const IncidentPage = () => (
  <Page>
    <PageHeader title="Incident" />
  </Page>
)
