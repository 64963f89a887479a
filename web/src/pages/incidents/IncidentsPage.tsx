import { Page, PageHeader } from '../../ui/Page.tsx'

export const IncidentsPage = () => (
  <Page>
    <PageHeader title="Incidents" />
  </Page>
)
