import { Page, PageHeader } from '../../ui/Page.tsx'

export const AddIntegrationPage = () => (
  <Page>
    <PageHeader title="Add integration" />
  </Page>
)
