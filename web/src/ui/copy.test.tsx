import '../testing/browser.ts'
import { MantineProvider } from '@mantine/core'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { CopyField } from './Copy.tsx'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  Reflect.deleteProperty(document, 'execCommand')
})

function open() {
  render(
    <MantineProvider env="test">
      <CopyField label="Webhook URL" value="https://ops.example.com/x" what="webhook URL" />
    </MantineProvider>,
  )
  fireEvent.click(screen.getByRole('button', { name: 'Copy webhook URL' }))
}

/** Copies as a browser does: whoever listens may say what. */
function browserThatCopies() {
  const taken: string[] = []
  document.execCommand = () => {
    const event = new Event('copy', { cancelable: true })
    const clipboardData = { setData: (_type: string, text: string) => taken.push(text) }
    document.dispatchEvent(Object.assign(event, { clipboardData }))
    return event.defaultPrevented
  }
  return taken
}

test('copies by the clipboard where there is one, and says so', async () => {
  const writeText = vi.fn(async (_text: string) => {})
  vi.stubGlobal('navigator', { clipboard: { writeText } })
  open()
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy()
  expect(writeText).toHaveBeenCalledWith('https://ops.example.com/x')
})

test('copies on a plain http address too, where browsers offer no clipboard', async () => {
  vi.stubGlobal('navigator', {})
  const taken = browserThatCopies()
  open()
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy()
  expect(taken).toEqual(['https://ops.example.com/x'])
})

test('does not claim what did not happen', async () => {
  vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.reject(new Error('refused')) } })
  open()
  expect(await screen.findByRole('button', { name: /Not copied/ })).toBeTruthy()
})
