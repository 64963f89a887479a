import { Page, PageHeader } from '../../ui/Page.tsx'

export const ServicePage = () => (
  <Page>
    <PageHeader title="Service" />
  </Page>
)
