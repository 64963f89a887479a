import { describe, expect, test } from 'vitest'
import { redactInstallationCode } from './redact.ts'

const redact = (text: string) => redactInstallationCode(Buffer.from(text)).toString()
const R = '"[redacted]"'

test.each([
  [
    '{"data":{"installation":{"code":"s3cret","uuid":"u"}}}',
    `{"data":{"installation":{"code":${R},"uuid":"u"}}}`,
  ],
  ['{"installation":{"uuid":"u","code" : "s\\"3cret"}}', `{"installation":{"uuid":"u","code" : ${R}}}`],
  ['{"installation":{"code":"a","code":"b"}}', `{"installation":{"code":${R},"code":${R}}}`],
  ['{"installation":{"code":12345}}', `{"installation":{"code":${R}}}`],
  ['{"installation":{"code":{"value":["s3cret"]}},"x":1}', `{"installation":{"code":${R}},"x":1}`],
  ['{"installation":[{"code":"a"},{"code":"b"}]}', `{"installation":[{"code":${R}},{"code":${R}}]}`],
  ['{"installation":{"\\u0063ode":"s3cret"}}', `{"installation":{"\\u0063ode":${R}}}`],
  ['{"installatio\\u006e":{"code":"s3cret"}}', `{"installatio\\u006e":{"code":${R}}}`],
])('%s', (body, redacted) => {
  expect(redact(body)).toBe(redacted)
})

test.each([
  ['{"installation":{"uuid":"u"}}'],
  ['{"code":"500","data":{"event":{"code":"E42"}}}'],
  ['{"installation":{"app":{"code":"E42"}}}'],
  ['{"installation":{"code":null}}'],
  ['{"message":"\\"installation\\":{\\"code\\":\\"x\\"}"}'],
])('%s stays the same buffer', (body) => {
  const bytes = Buffer.from(body)
  expect(redactInstallationCode(bytes)).toBe(bytes)
})

test('bytes around the secret stay as they came: floats, escapes, blanks, bytes that are no UTF-8', () => {
  const around = [
    Buffer.from('{ "n": 500.0, "t": "\\u00e9 '),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('", "installation": {"code": '),
  ]
  const bytes = Buffer.concat([...around, Buffer.from('"s3cret"}}')])
  const expected = Buffer.concat([...around, Buffer.from(`${R}}}`)])
  expect(redactInstallationCode(bytes).equals(expected)).toBe(true)
})

describe('bodies that are no JSON', () => {
  test.each([
    '{"data":{"installation":{"code":"s3cret',
    '{"data":{"installation":{"code":"s3cret","uuid":}}}',
    '"{"data":{"installation":{"uuid":"u","code":"s3cret"}}}',
    '}}]{"installation":{"code":s3cret}}',
    'x"installation" "code": "s3cret"',
  ])('%s', (body) => {
    const redacted = redact(body)
    expect(redacted).not.toContain('s3cret')
    expect(redact(redacted)).toBe(redacted)
  })
})

test('no nesting is too deep', () => {
  const deep = '{"a":'.repeat(100_000)
  const body = `${deep}{"installation":{"code":"s3cret"}}${'}'.repeat(100_000)}`
  expect(redact(body)).not.toContain('s3cret')
})
