import type { LookupAddress } from 'node:dns'
import { expect, onTestFinished, test } from 'vitest'
import { provider, rawProvider, tlsProvider } from '../testing/provider.ts'
import { createHttpSender, type HttpLimits, type HttpRequest } from './http-send.ts'
import { allowanceOf } from './private-addresses.ts'

const SHORT: Partial<HttpLimits> = { connectMs: 200, silentMs: 200, wholeMs: 400 }
const NOW = new Date('2026-03-01T09:00:00Z')

function sender(allowed: string[] = ['all'], ...more: [resolve?: Parameters<typeof createHttpSender>[2]]) {
  const made = createHttpSender(allowanceOf(allowed), SHORT, ...more)
  onTestFinished(() => made.close())
  return (request: Partial<HttpRequest> & { url: string }, secrets: string[] = []) =>
    made.with({ signal: new AbortController().signal, now: NOW, secrets })({ method: 'POST', ...request })
}

test('what a provider answers comes back with its status, headers and text', async () => {
  const { url, received } = await provider(() => ({
    status: 201,
    headers: { 'x-id': '7' },
    body: { sid: 'SM1' },
  }))
  const result = await sender()({ url: `${url}/send`, headers: { 'x-key': 'k' }, body: 'hello' })
  expect(result).toMatchObject({
    outcome: 'answered',
    answer: { status: 201, headers: { 'x-id': '7' }, text: '{"sid":"SM1"}' },
  })
  expect(received).toMatchObject([{ method: 'POST', url: '/send', body: 'hello', headers: { 'x-key': 'k' } }])
})

const silent: [string, (write: (text: string) => void) => void][] = [
  ['before its answer', () => {}],
  ['within its headers', (write) => write('HTTP/1.1 200 OK\r\nX-Id: ')],
  ['within its body', (write) => write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"sid":')],
]
test.each(silent)('a provider that hangs %s is tried again, after bounded time', async (_when, speak) => {
  const { url } = await rawProvider((socket) => speak((text) => socket.write(text)))
  expect(await sender()({ url })).toMatchObject({
    outcome: 'retry',
    reason: expect.stringContaining('127.0.0.1'),
  })
})

test('of a credential that the end of a long answer cuts nothing is left either', async () => {
  const secret = 'made-up-secret-of-a-provider-1'
  for (const before of [180, 190, 195]) {
    const { url } = await provider(() => ({ status: 400, body: `${'x'.repeat(before)}${secret}` }))
    const result = await sender()({ url, headers: { authorization: `Bearer ${secret}` } }, [secret])
    expect(result).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('xxx') })
    expect(JSON.stringify(result)).not.toContain('made')
  }
})

test('one that sends a byte now and then takes no longer either', async () => {
  const { url } = await rawProvider((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n')
    const dripping = setInterval(() => socket.write('x'), 20)
    socket.on('close', () => clearInterval(dripping))
  })
  expect(await sender()({ url })).toEqual({
    outcome: 'retry',
    reason: expect.stringContaining('did not answer in time'),
  })
})

test('an answer without end is read as far as it may be, and the connection ends', async () => {
  const closed = Promise.withResolvers<void>()
  const { url } = await rawProvider((socket) => {
    socket.on('close', () => closed.resolve())
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    const more = () => {
      while (socket.writable && socket.write(`1000\r\n${'x'.repeat(0x1000)}\r\n`));
    }
    socket.on('drain', more)
    more()
  })
  const result = await sender()({ url })
  expect(result.outcome === 'answered' && result.answer.text).toHaveLength(64 * 1024)
  await closed.promise
})

test('one that talks no HTTP is tried again', async () => {
  const { url } = await rawProvider((socket) => socket.end('220 mail.example.com ESMTP\r\n'))
  expect(await sender()({ url })).toMatchObject({ outcome: 'retry' })
})

test('one that closes the connection, or is not there, is tried again', async () => {
  const { url } = await rawProvider((socket) => socket.destroy())
  expect(await sender()({ url })).toMatchObject({
    outcome: 'retry',
    reason: expect.stringContaining('closed'),
  })
  expect(await sender()({ url: 'http://127.0.0.1:1' })).toMatchObject({
    outcome: 'retry',
    reason: '127.0.0.1:1 could not be reached: nothing listens there',
  })
})

test('a certificate that nobody vouches for is no way to send', async () => {
  const { url, received } = await tlsProvider(OF_NOBODY)
  expect(await sender()({ url })).toMatchObject({
    outcome: 'retry',
    reason: expect.stringContaining('its certificate is signed by itself'),
  })
  expect(received).toEqual([])
})

test('https to what speaks no TLS says so', async () => {
  const { port } = await provider()
  expect(await sender()({ url: `https://127.0.0.1:${port}` })).toMatchObject({
    outcome: 'retry',
    reason: expect.stringContaining('does not speak TLS'),
  })
})

test('what succeeds after we gave up is tried again with the same key, so that it can be recognised', async () => {
  let answers = 0
  const { url, received } = await provider(() => (answers++ === 0 ? undefined : { body: {} }))
  const send = sender()
  const request = { url, headers: { 'idempotency-key': 'page-1' }, body: 'x' }
  expect(await send(request)).toMatchObject({ outcome: 'retry' })
  expect(await send(request)).toMatchObject({ outcome: 'answered' })
  expect(received.map(({ headers }) => headers['idempotency-key'])).toEqual(['page-1', 'page-1'])
})

test.each([
  [429, { 'retry-after': '7' }, '', 7],
  [503, { 'retry-after': 'Sun, 01 Mar 2026 09:02:00 GMT' }, '', 120],
  [429, {}, '{"parameters":{"retry_after":31}}', 31],
  [429, {}, '{"message":"You are being rate limited.","retry_after":0.3}', 1],
  [429, { 'retry-after': '999999999' }, '', 3600],
  [500, {}, 'oops', undefined],
  [502, { 'retry-after': 'soon' }, '<html>', undefined],
  [408, {}, '', undefined],
])('%i with %o %s means trying again', async (status, headers, body, afterSeconds) => {
  const { url } = await provider(() => ({ status, headers, body }))
  const result = await sender()({ url })
  expect(result).toMatchObject({ outcome: 'retry', reason: expect.stringContaining(`answered ${status}`) })
  expect(result.outcome === 'retry' && result.afterSeconds).toBe(afterSeconds ?? undefined)
})

test.each([
  ['{"code":21211,"message":"The \'To\' number is not valid."}', "The 'To' number is not valid."],
  ['{"error":{"message":"invalid_auth"}}', 'invalid_auth'],
  ['{"errors":[{"detail":"no such topic"}]}', 'no such topic'],
  ['<html><style>p{}</style><h1>Bad\n Request</h1></html>', 'Bad Request'],
  [`${'long '.repeat(500)}`, `${'long '.repeat(40)}…`],
])('another 4xx is final, with what was said: %s', async (body, said) => {
  const { url, port } = await provider(() => ({ status: 400, body }))
  expect(await sender()({ url })).toEqual({
    outcome: 'failed',
    reason: `127.0.0.1:${port} answered 400: ${said}`,
  })
})

test('a status that the channel reads itself is an answer', async () => {
  const { url } = await provider(() => ({ status: 410, body: 'gone' }))
  expect(await sender()({ url, answers: [410] })).toMatchObject({
    outcome: 'answered',
    answer: { status: 410 },
  })
})

test('a provider that repeats our credentials does not bring them into a reason', async () => {
  const { url } = await provider(({ url, headers, body }) => ({
    status: 403,
    body: `${url} ${headers.authorization} ${headers['x-api-key']} ${body}`,
  }))
  const basic = Buffer.from('AC1234567:token-of-it').toString('base64')
  const result = await sender()(
    {
      url: `${url}/services/T0001/B0002/hookhook99?sig=signature1`,
      headers: { authorization: `Basic ${basic}`, 'x-api-key': 'apikey-123' },
      body: 'from settings: s3cr3t-value, s3cr3t%2Dvalue',
    },
    ['s3cr3t-value'],
  )
  expect(result).toMatchObject({ outcome: 'failed' })
  for (const secret of ['hookhook99', 'signature1', basic, 'token-of-it', 'apikey-123', 's3cr3t-value'])
    expect(JSON.stringify(result)).not.toContain(secret)
})

test('redirects are not followed, to a private address least of all', async () => {
  const inside = await provider()
  const { url } = await provider(() => ({ status: 302, headers: { location: `${inside.url}/admin` } }))
  expect(await sender()({ url })).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('not followed'),
  })
  expect(inside.received).toEqual([])
})

test.each([
  ...[
    'http://127.0.0.1',
    'http://2130706433',
    'http://0x7f.1',
    'http://0.0.0.0',
    'http://10.1.2.3',
    'http://172.20.0.1',
  ],
  ...[
    'http://192.168.1.1',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1',
    'http://[::1]',
    'http://[::]',
  ],
  ...[
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:a9fe:a9fe]',
    'http://[64:ff9b::7f00:1]',
    'http://[::127.0.0.1]',
  ],
  ...[
    'http://[fd00:ec2::254]',
    'http://[fe80::1]',
    'http://224.0.0.1',
    'http://255.255.255.255',
    'http://198.18.0.1',
  ],
  ...['http://localhost'],
])('%s is refused, and how to allow it is said', async (url) => {
  expect(await sender([])({ url: url.replace(/^(http:\/\/[^/]+)/, '$1:9') })).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES'),
  })
})

test.each([['127.0.0.1'], ['127.0.0.0/8'], ['10.0.0.0/8', '127.0.0.1']])(
  '%s allows it',
  async (...allowed) => {
    const { url } = await provider()
    expect(await sender(allowed)({ url })).toMatchObject({ outcome: 'answered' })
  },
)

test('a host that is allowed by name is allowed whatever its address', async () => {
  const { port } = await provider()
  expect(await sender(['localhost'])({ url: `http://localhost:${port}` })).toMatchObject({
    outcome: 'answered',
  })
})

test('a name is looked up once, and what was checked is what is connected to', async () => {
  const { port } = await provider((_request, response) => {
    response.setHeader('connection', 'close')
    return { body: {} }
  })
  const answers: LookupAddress[][] = [
    [{ address: '127.0.0.1', family: 4 }],
    [{ address: '127.0.0.2', family: 4 }],
  ]
  let asked = 0
  const send = sender(['127.0.0.1'], (_hostname, _options, callback) =>
    callback(null, answers[asked++] ?? []),
  )
  const url = `http://rebinding.example.com:${port}`
  expect(await send({ url })).toMatchObject({ outcome: 'answered' })
  expect(asked).toBe(1)
  expect(await send({ url })).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('private address'),
  })
})

test.each(['ftp://example.com', 'file:///etc/passwd', 'javascript:alert(1)', 'no address'])(
  '%s is no web address',
  async (url) => expect(await sender()({ url })).toMatchObject({ outcome: 'failed' }),
)

// For localhost, until 2126; it protects nothing.
const OF_NOBODY = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMcKnhVXqGbqCfNdh
GnqH/ocGQ6aiU1GOVwvkCtCdHQKhRANCAASKF93NQ2+27aemOqpS0HEtyIcX8Cxk
iZ+JPIyDFd12Nnoq0lmj5SdzdNEqHK+iKpvqQ9b0iOdfYI3IrWazNMBZ
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBfjCCASWgAwIBAgIUQxSZ5G0mgmodBk6UErcEjq859c8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTIyMjg0NFoYDzIxMjYxMTAx
MjIyODQ0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASKF93NQ2+27aemOqpS0HEtyIcX8CxkiZ+JPIyDFd12Nnoq0lmj5Sdz
dNEqHK+iKpvqQ9b0iOdfYI3IrWazNMBZo1MwUTAdBgNVHQ4EFgQUb1aCnz43tem5
xeU473Na5bkpTjYwHwYDVR0jBBgwFoAUb1aCnz43tem5xeU473Na5bkpTjYwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBefSczdI+NslGpHHh9Vc02
AIyAUfp0eiMDMwLLfbbAzwIgaxP3n3qdz5c7dixHZUPU7VMEvvKmZIoEo7oQpm4i
VNU=
-----END CERTIFICATE-----`,
}
