import { Page, PageHeader } from '../../ui/Page.tsx'

export const SetupPage = () => (
  <Page>
    <PageHeader title="Set up OpsKnight" />
  </Page>
)
