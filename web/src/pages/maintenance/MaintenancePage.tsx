import { Page, PageHeader } from '../../ui/Page.tsx'

export const MaintenancePage = () => (
  <Page>
    <PageHeader title="Maintenance" />
  </Page>
)
