import { Page, PageHeader } from '../../ui/Page.tsx'

export const ServiceSettingsPage = () => (
  <Page>
    <PageHeader title="Settings" />
  </Page>
)
