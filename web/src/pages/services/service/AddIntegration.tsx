import { IconPlus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useReasonAgainst } from '../../../api/me.ts'
import { paths } from '../../../paths.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'

/** The way to another tool. */
export function AddIntegration({ serviceId }: { serviceId: string }) {
  const navigate = useNavigate()
  return (
    <ActionButton
      variant="filled"
      leftSection={<IconPlus size={16} />}
      disabledReason={useReasonAgainst('configure')}
      onClick={() => void navigate(paths.addIntegration(serviceId))}
    >
      Add integration
    </ActionButton>
  )
}
