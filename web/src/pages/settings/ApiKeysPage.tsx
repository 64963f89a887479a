import { Page, PageHeader } from '../../ui/Page.tsx'

export const ApiKeysPage = () => (
  <Page>
    <PageHeader title="API keys" />
  </Page>
)
