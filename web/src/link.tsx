import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ComponentPropsWithRef } from 'react'

type AnchorElement = Omit<ComponentPropsWithRef<'a'>, keyof ButtonProps | keyof AnchorProps>

const ButtonAnchor = (props: ButtonProps & AnchorElement) => <Button component="a" {...props} />
const TextAnchor = (props: AnchorProps & AnchorElement) => <Anchor {...props} />

/** A link that looks like a button: `<ButtonLink {...paths.services()}>Services</ButtonLink>`. */
export const ButtonLink = createLink(ButtonAnchor)

/** A link within text: `<TextLink {...paths.incident(42)}>#42</TextLink>`. */
export const TextLink = createLink(TextAnchor)
