import { useQuery } from '@tanstack/react-query'
import type { ServiceView } from '#contract/services.ts'
import { serviceOne } from '../../../api/services.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { TabLinks } from '../../../tab-links.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Page, PageHeader } from '../../../ui/Page.tsx'
import { ListSkeleton } from '../../../ui/Skeletons.tsx'

type Props = {
  id: string
  /** Which part of the service the page shows, for the browser's tab. */
  part?: string
  children: (service: ServiceView) => React.ReactNode
}

/** What the pages of one service share: its name, its tabs, and what stands there until it is known. */
export function ServiceFrame({ id, part, children }: Props) {
  const { data: service, error, refetch } = useQuery(serviceOne(id))
  const name = service?.name ?? 'Service'
  return (
    <Page>
      <PageHeader
        title={name}
        tab={part ? `${part} · ${name}` : name}
        above={<TextLink {...paths.services()}>Services</TextLink>}
      />
      <TabLinks
        label="Service"
        tabs={[
          { name: 'Overview', place: paths.service(id) },
          {
            name: 'Integrations',
            place: paths.serviceIntegrations(id),
            count: service?.integrationCount || undefined,
          },
          { name: 'Settings', place: paths.serviceSettings(id) },
        ]}
      />
      <ErrorNote error={error} onRetry={() => void refetch()} />
      {service ? children(service) : !error && <ListSkeleton rows={5} />}
    </Page>
  )
}
