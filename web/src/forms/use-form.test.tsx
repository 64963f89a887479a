import '../testing/browser.ts'
import { MantineProvider, TextInput } from '@mantine/core'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { ApiError } from '../api/client.ts'
import { Form, SaveButton } from './Form.tsx'
import { useForm } from './use-form.ts'

afterEach(cleanup)

const Person = z.object({ name: z.string().trim().min(1).max(10), email: z.email() })
type Person = z.infer<typeof Person>

const empty = { name: '', email: '' }

function PersonForm({ initial, save }: { initial: Person; save: (person: Person) => Promise<unknown> }) {
  const { form, field } = useForm({ schema: Person, initial, onSubmit: save })
  return (
    <Form form={form} actions={<SaveButton form={form} />}>
      <TextInput {...field('name')} label="Name" />
      <TextInput {...field('email')} label="E-mail" />
    </Form>
  )
}

function open(save: (person: Person) => Promise<unknown>, initial: Person = empty) {
  const shown = (values: Person) => (
    <MantineProvider env="test">
      <PersonForm initial={values} save={save} />
    </MantineProvider>
  )
  const { rerender } = render(shown(initial))
  return (values: Person) => rerender(shown(values))
}

const input = (label: string) => screen.getByLabelText<HTMLInputElement>(label)
const type = (label: string, value: string) => fireEvent.change(input(label), { target: { value } })
const submit = () => fireEvent.submit(document.querySelector('form')!)

const refusing = (errors: { path: string; message: string }[]) => async () => {
  throw new ApiError({
    type: 'about:blank',
    title: 'Conflict',
    status: 409,
    detail: 'This does not go together.',
    code: 'conflict',
    errors,
    requestId: 'req-1',
  })
}

test('nothing is called wrong before it was tried', () => {
  open(async () => {})
  type('E-mail', 'not-an-address')
  expect(screen.queryByText('This is no complete e-mail address')).toBeNull()
})

test('what the server refuses stands under its field, which has the focus, and what was typed stays', async () => {
  open(refusing([{ path: 'email', message: 'Somebody has this address' }]))
  type('Name', 'Bo')
  type('E-mail', 'bo@example.com')
  submit()

  expect(await screen.findByText('Somebody has this address')).toBeTruthy()
  await vi.waitFor(() => expect(document.activeElement).toBe(input('E-mail')))
  expect([input('Name').value, input('E-mail').value]).toEqual(['Bo', 'bo@example.com'])
  expect(screen.queryByRole('alert')).toBeNull()

  type('E-mail', 'bo@example.org')
  expect(screen.queryByText('Somebody has this address')).toBeNull()
})

test('what no field explains stands below the fields', async () => {
  open(refusing([]))
  type('Name', 'Bo')
  type('E-mail', 'bo@example.com')
  submit()
  expect((await screen.findByRole('alert')).textContent).toContain('This does not go together.')
})

test('limits are told in words', () => {
  open(async () => {})
  type('Name', 'A name that is too long')
  submit()
  expect(screen.getByText('Use at most 10 characters')).toBeTruthy()
})

test('what was read from elsewhere shows in fields that nobody has touched, and only there', () => {
  const change = open(async () => {}, { name: 'Bo', email: 'bo@example.com' })
  type('Name', 'Bobby')
  change({ name: 'Robert', email: 'robert@example.com' })
  expect([input('Name').value, input('E-mail').value]).toEqual(['Bobby', 'robert@example.com'])
})

test('there is nothing to save until something differs', async () => {
  const saved: Person[] = []
  open(async (person) => saved.push(person), { name: 'Bo', email: 'bo@example.com' })
  expect(screen.getByRole('button').textContent).toContain('Nothing has changed')

  type('Name', 'Bobby')
  submit()
  expect(await screen.findByText('Saved')).toBeTruthy()
  expect(saved).toEqual([{ name: 'Bobby', email: 'bo@example.com' }])
})
