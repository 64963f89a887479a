import { Anchor, Button } from '@mantine/core'
import { createLink } from '@tanstack/react-router'

/** A button that leads somewhere: `<ButtonLink {...paths.services()}>Services</ButtonLink>`. */
export const ButtonLink = createLink(Button<'a'>)

/** A link within text: `<TextLink {...paths.incident(42)}>#42</TextLink>`. */
export const TextLink = createLink(Anchor<'a'>)
