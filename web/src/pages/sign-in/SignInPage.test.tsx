import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { dana, openPage, refusal, type Server } from '../../testing/test-page.tsx'

/** A server that lets Dana in by this password. */
const server =
  (password: string): Server =>
  ({ method, path, body }) => {
    if (path === '/setup') return { needed: false }
    if (method === 'POST' && path === '/session')
      return (body as { password: string }).password === password
        ? dana
        : refusal(401, 'Unauthenticated', 'The e-mail address or the password is wrong.')
    return path.startsWith('/incidents') && !path.endsWith('counts')
      ? { items: [], nextCursor: null }
      : undefined
  }

async function signIn(password: string) {
  fireEvent.change(await screen.findByLabelText('E-mail'), { target: { value: 'dana@example.com' } })
  fireEvent.change(screen.getByLabelText('Password'), { target: { value: password } })
  fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
}

test('a wrong password says so and keeps what was typed', async () => {
  openPage('/sign-in', server('right'))
  await signIn('wrong')
  expect((await screen.findByRole('alert')).textContent).toContain(
    'The e-mail address or the password is wrong.',
  )
  expect(screen.getByLabelText<HTMLInputElement>('E-mail').value).toBe('dana@example.com')
})

test.each([
  ['/incidents?status=resolved&severity=critical', '/incidents?status=resolved&severity=critical'],
  ['//elsewhere.example.com/x', '/incidents'],
  ['/\\elsewhere.example.com', '/incidents'],
])('who came for %s arrives at %s', async (returnTo, arrival) => {
  const { router } = openPage(`/sign-in?returnTo=${encodeURIComponent(returnTo)}`, server('right'))
  await signIn('right')
  await waitFor(() => expect(router.state.location.href).toBe(arrival))
})
