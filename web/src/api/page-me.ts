import { useMutation, useQueryClient } from '@tanstack/react-query'
import { EscalationPolicyView, type PutEscalationPolicy } from '#contract/escalation-policies.ts'
import { ServiceView } from '#contract/services.ts'
import { request } from './client.ts'
import { useMe } from './me.ts'

/** Whoever sleeps through the first page is paged again. */
const REPEAT = 3

type Service = { id: string; name: string }

/** The least that pages somebody: a policy of one step, the signed-in person, for this service. */
export function usePageMe({ id, name }: Service) {
  const queryClient = useQueryClient()
  const me = useMe()
  return useMutation({
    mutationFn: async () => {
      const policy: PutEscalationPolicy = {
        name,
        repeat: REPEAT,
        steps: [{ waitMinutes: 0, targets: [{ type: 'user', id: me.id }] }],
      }
      const created = await request(EscalationPolicyView, 'POST', '/escalation-policies', policy)
      return request(ServiceView, 'PATCH', `/services/${id}`, { escalationPolicyId: created.id })
    },
    onSuccess: () => {
      for (const slice of ['services', 'escalation-policies', 'incidents'])
        void queryClient.invalidateQueries({ queryKey: [slice] })
    },
  })
}
