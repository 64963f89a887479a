import { Page, PageHeader } from '../../ui/Page.tsx'

export const SignInPage = () => (
  <Page>
    <PageHeader title="Sign in" />
  </Page>
)
