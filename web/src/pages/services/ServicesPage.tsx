import { Page, PageHeader } from '../../ui/Page.tsx'

export const ServicesPage = () => (
  <Page>
    <PageHeader title="Services" />
  </Page>
)
