import { Button, type ButtonProps, Tooltip, VisuallyHidden } from '@mantine/core'
import { useId } from 'react'

type Props = ButtonProps & {
  onClick?: (event: React.MouseEvent<HTMLButtonElement>) => void
  /** Why it cannot be pressed now. The button stays reachable, so that everybody can learn the reason. */
  disabledReason?: string | undefined
  'aria-label'?: string
  'aria-keyshortcuts'?: string
}

/** A button that is never hidden: when it cannot be pressed, it says why. */
export function ActionButton({ onClick, disabledReason, children, ...button }: Props) {
  const reasonId = useId()
  const isDisabled = disabledReason !== undefined
  return (
    <Tooltip label={disabledReason} disabled={!isDisabled}>
      <Button
        {...button}
        type="button"
        {...(isDisabled && { 'data-disabled': true, 'aria-describedby': reasonId })}
        aria-disabled={isDisabled}
        onClick={(event) => {
          if (isDisabled) event.preventDefault()
          else onClick?.(event)
        }}
      >
        {children}
        {isDisabled && <VisuallyHidden id={reasonId}>. {disabledReason}</VisuallyHidden>}
      </Button>
    </Tooltip>
  )
}
