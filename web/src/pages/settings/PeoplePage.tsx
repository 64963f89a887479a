import { Page, PageHeader } from '../../ui/Page.tsx'

export const PeoplePage = () => (
  <Page>
    <PageHeader title="People" />
  </Page>
)
