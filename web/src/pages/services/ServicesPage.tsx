import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconServer2 } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { ServiceView } from '#contract/services.ts'
import { useReasonAgainst } from '../../api/me.ts'
import { serviceList } from '../../api/services.ts'
import { ButtonLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { PagedRows } from '../../ui/PagedRows.tsx'
import { CreateService } from './list/CreateService.tsx'
import { ServiceRow } from './list/ServiceRow.tsx'

/** Everything that can break. */
export function ServicesPage() {
  const [isCreating, { open, close }] = useDisclosure(false)
  const notAllowed = useReasonAgainst('configure')
  const create = (
    <ActionButton
      variant="filled"
      leftSection={<IconPlus size={16} />}
      onClick={open}
      disabledReason={notAllowed}
    >
      Create service
    </ActionButton>
  )
  return (
    <Page>
      <PageHeader
        title="Services"
        description="What can break, and where its alerts arrive."
        actions={
          <>
            <ButtonLink {...paths.maintenance()}>Maintenance</ButtonLink>
            {create}
          </>
        }
      />
      <Services create={create} />
      <CreateService isOpen={isCreating} onClose={close} />
    </Page>
  )
}

function Services({ create }: { create: React.ReactNode }) {
  return (
    <PagedRows
      list={useInfiniteQuery(serviceList)}
      label="Services"
      row={toRow}
      skeletonRows={6}
      empty={
        <EmptyState icon={IconServer2} title="No services yet" action={create}>
          A service is something that can break: a shop, an API, a nightly job. Give it a name, connect the
          tools that watch it, and their alerts become its incidents.
        </EmptyState>
      }
    />
  )
}

const toRow = (service: ServiceView) => <ServiceRow key={service.id} service={service} />
