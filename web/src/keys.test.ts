import { renderHook } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { belongsElsewhere, createKeyReader, useKeys } from './keys.ts'

const press = (key: string, more: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, ...more })

afterEach(() => document.body.replaceChildren())

test('two keys in a row are also one name', () => {
  const read = createKeyReader(() => 0)
  expect(read(press('g'))).toEqual(['g'])
  expect(read(press('i'))).toEqual(['g i', 'i'])
})

test('a key that comes late does not belong to the one before', () => {
  let now = 0
  const read = createKeyReader(() => now)
  read(press('g'))
  now = 2_000
  expect(read(press('i'))).toEqual(['i'])
})

test.each([
  [press('X', { shiftKey: true }), 'shift+x'],
  [press('?', { shiftKey: true }), '?'],
  [press('k', { metaKey: true }), 'mod+k'],
  [press('K', { ctrlKey: true }), 'mod+k'],
  [press('ArrowDown'), 'ArrowDown'],
  [press('a', { altKey: true }), ''],
])('%o is named %s', (event, name) => {
  expect(createKeyReader(() => 0)(event)).toEqual([name])
})

test.each([
  ['a text field', '<input id="target">', true],
  ['a checkbox', '<input id="target" type="checkbox">', false],
  ['a dialog', '<div role="dialog"><button id="target"></button></div>', true],
  ['an open menu', '<div role="menu"><button id="target"></button></div>', true],
  ['a link', '<a id="target" href="/">x</a>', false],
])('keys pressed in %s: meant for it alone: %s', (_name, html, isElsewhere) => {
  document.body.innerHTML = html
  let found: boolean | undefined
  const listen = (event: KeyboardEvent) => {
    found = belongsElsewhere(event)
  }
  document.addEventListener('keydown', listen, { once: true })
  document.getElementById('target')!.dispatchEvent(press('a', { bubbles: true }))
  expect(found).toBe(isElsewhere)
})

test('the keys of the shell come first, also when the list was there before it', () => {
  const pressed: string[] = []
  renderHook(() => useKeys({ s: () => pressed.push('snooze') }))
  renderHook(() => useKeys({ 'g s': () => pressed.push('services') }, { first: true }))
  for (const key of ['g', 's']) document.body.dispatchEvent(press(key, { bubbles: true, cancelable: true }))
  expect(pressed).toEqual(['services'])
})
