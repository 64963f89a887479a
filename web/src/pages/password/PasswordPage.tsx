import { Page, PageHeader } from '../../ui/Page.tsx'

export const PasswordPage = () => (
  <Page>
    <PageHeader title="Choose a password" />
  </Page>
)
