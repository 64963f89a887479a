import { Button } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'

/** A button that leaves for another site, in a tab of its own. */
export const ExternalButton = ({ href, children }: { href: string; children: React.ReactNode }) => (
  <Button
    component="a"
    href={href}
    target="_blank"
    rel="noreferrer noopener"
    rightSection={<IconExternalLink size={16} aria-hidden="true" />}
  >
    {children}
  </Button>
)
