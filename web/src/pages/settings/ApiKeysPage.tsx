import { useDisclosure } from '@mantine/hooks'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useReasonAgainst } from '../../api/me.ts'
import { apiKeyList } from '../../api/people.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { PagedRows } from '../../ui/PagedRows.tsx'
import { ApiKeyRow } from './api-keys/ApiKeyRow.tsx'
import { CreateKey } from './api-keys/CreateKey.tsx'
import { OnlyAdministrators } from './OnlyAdministrators.tsx'

/** What programs show in place of a password. */
export function ApiKeysPage() {
  const [isCreating, { open, close }] = useDisclosure(false)
  const notAllowed = useReasonAgainst('configure')
  const create = (
    <ActionButton
      variant="filled"
      leftSection={<IconPlus size={16} />}
      onClick={open}
      disabledReason={notAllowed}
    >
      Create API key
    </ActionButton>
  )
  return (
    <Page>
      <PageHeader
        title="API keys"
        description="For programs that call the API. Each may do what its scopes say, and acts under its own name."
        actions={create}
      />
      {notAllowed ? <OnlyAdministrators what="API keys" /> : <Keys create={create} />}
      <CreateKey isOpen={isCreating} onClose={close} />
    </Page>
  )
}

function Keys({ create }: { create: React.ReactNode }) {
  return (
    <PagedRows
      list={useInfiniteQuery(apiKeyList)}
      label="API keys"
      row={(key) => <ApiKeyRow key={key.id} apiKey={key} />}
      skeletonRows={3}
      empty={
        <EmptyState icon={IconKey} title="No API keys yet" action={create}>
          A key lets a program read incidents, act on them or send events, without the password of a person.
          Give each program its own, so that one can be taken away alone.
        </EmptyState>
      }
    />
  )
}
