import { expect, test } from 'vitest'
import { understand } from './words.ts'

const answer = (action: string, number: number | null = null, all = false) => ({
  kind: 'answer',
  action,
  number,
  all,
})

test.each([
  ['ACK 42', answer('acknowledge', 42)],
  ['ack #42', answer('acknowledge', 42)],
  ['Ack42.', answer('acknowledge', 42)],
  ['4', answer('acknowledge')],
  ['4 42', answer('acknowledge', 42)],
  ['  Acknowledge\n', answer('acknowledge')],
  ['ACK ALL', answer('acknowledge', null, true)],
  ['RESOLVE 42', answer('resolve', 42)],
  ['6', answer('resolve')],
  ['ＲＥＳ ４２', answer('resolve', 42)],
  ['STOP', { kind: 'stop' }],
  ['stop.', { kind: 'stop' }],
  ['START', { kind: 'start' }],
  ['who is this?', { kind: 'unknown' }],
  ['42', { kind: 'unknown' }],
  ['ack 42 43', { kind: 'unknown' }],
  ['stop ack 42', { kind: 'unknown' }],
  ['', { kind: 'unknown' }],
  ['constructor', { kind: 'unknown' }],
])('%j is understood', (text, said) => expect(understand(text)).toEqual(said))
