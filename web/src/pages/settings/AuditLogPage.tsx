import { Page, PageHeader } from '../../ui/Page.tsx'

export const AuditLogPage = () => (
  <Page>
    <PageHeader title="Audit log" />
  </Page>
)
