import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconUsers } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useReasonAgainst } from '../../api/me.ts'
import { teamList } from '../../api/teams.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { PagedRows } from '../../ui/PagedRows.tsx'
import { TeamDialog } from './teams/TeamDialog.tsx'
import { TeamRow } from './teams/TeamRow.tsx'

/** Groups of people that an escalation policy can page as one. */
export function TeamsPage() {
  const [isCreating, { open, close }] = useDisclosure(false)
  const create = (
    <ActionButton
      variant="filled"
      leftSection={<IconPlus size={16} />}
      onClick={open}
      disabledReason={useReasonAgainst('configure')}
    >
      Create team
    </ActionButton>
  )
  return (
    <Page>
      <PageHeader
        title="Teams"
        description="An escalation policy can page a whole team, or only those who lead it."
        actions={create}
      />
      <Teams create={create} />
      <TeamDialog isOpen={isCreating} onClose={close} />
    </Page>
  )
}

function Teams({ create }: { create: React.ReactNode }) {
  return (
    <PagedRows
      list={useInfiniteQuery(teamList)}
      label="Teams"
      row={(team) => <TeamRow key={team.id} team={team} />}
      skeletonRows={3}
      empty={
        <EmptyState icon={IconUsers} title="No team yet" action={create}>
          Put people together who look after the same thing. A step of an escalation policy can then page all
          of them, or their leads.
        </EmptyState>
      }
    />
  )
}
