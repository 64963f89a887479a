import { Page, PageHeader } from '../../ui/Page.tsx'

export const IntegrationPage = () => (
  <Page>
    <PageHeader title="Integration" />
  </Page>
)
