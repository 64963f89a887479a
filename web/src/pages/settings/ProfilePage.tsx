import { Page, PageHeader } from '../../ui/Page.tsx'

export const ProfilePage = () => (
  <Page>
    <PageHeader title="Profile" />
  </Page>
)
