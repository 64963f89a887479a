import { expect, test } from 'vitest'
import { splitTitle } from './middle-ellipsis.ts'

test.each([
  ['a short title stays whole', 'TypeError: x is not a function', ''],
  [
    'a sentence loses its end',
    'Unhandled promise rejection: NetworkError when attempting to fetch resource',
    '',
  ],
  [
    'a file and line at the end stay',
    "TypeError: Cannot read properties of undefined (reading 'total') at render (checkout/summary.tsx:214)",
    '/summary.tsx:214)',
  ],
  [
    'a short path stays whole',
    'Error: ENOSPC: no space left on device, write /var/log/app.log',
    '/var/log/app.log',
  ],
  [
    'of a chain of names the last ones stay',
    'IllegalStateException: Cannot commit com.example.search.index.SegmentWriter.commit',
    '.SegmentWriter.commit',
  ],
  [
    'a word too long to break is cut',
    `Something failed in ${'x'.repeat(60)}/${'y'.repeat(60)}`,
    'y'.repeat(24),
  ],
])('%s', (_name, title, tail) => {
  expect(splitTitle(title)).toEqual({ head: title.slice(0, title.length - tail.length), tail })
})
