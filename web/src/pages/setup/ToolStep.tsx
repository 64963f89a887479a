import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { AddIntegrationForm } from '../integrations/add/AddIntegrationForm.tsx'
import { Doorway } from '../sign-in/Doorway.tsx'

/** Step 3: where its alerts come from. The page of the new integration takes over from here. */
export const ToolStep = ({ serviceId, serviceName }: { serviceId: string; serviceName: string }) => (
  <Doorway
    wide
    step="Step 3 of 4"
    title={`Where do alerts of ${serviceName} come from?`}
    foot={<TextLink {...paths.setup('paging')}>Connect a tool later</TextLink>}
  >
    <AddIntegrationForm serviceId={serviceId} />
  </Doorway>
)
