import { PasswordInput } from '@mantine/core'

/** As the contract's `Password` says. */
const LENGTH_MIN = 10

type Props = {
  label: string
  name: string
  value: string
  error: string | undefined
  onChange: (event: React.ChangeEvent<HTMLInputElement>) => void
}

/** A password that is being chosen: says how long it must be, and how long it is. */
export const NewPasswordField = ({ value, ...field }: Props) => (
  <PasswordInput
    {...field}
    value={value}
    required
    withAsterisk={false}
    autoComplete="new-password"
    description={hint(value.length)}
    visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
  />
)

const hint = (length: number) =>
  length === 0
    ? `At least ${LENGTH_MIN} characters; a few random words are good and easy to type`
    : length < LENGTH_MIN
      ? `${LENGTH_MIN - length} more ${LENGTH_MIN - length === 1 ? 'character' : 'characters'} to go`
      : 'Long enough'

/** The password that somebody has. */
export const CurrentPasswordField = (field: Props) => (
  <PasswordInput
    {...field}
    required
    withAsterisk={false}
    autoComplete="current-password"
    visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
  />
)
