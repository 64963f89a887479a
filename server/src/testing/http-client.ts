type Json = ReturnType<typeof JSON.parse>
export type HttpAnswer = { status: number; body: Json; headers: Headers }

/** Speaks JSON with a server in another process. */
export function httpClient(url: string, headers: Record<string, string> = {}) {
  const call = async (method: string, path: string, body?: unknown): Promise<HttpAnswer> => {
    const answer = await fetch(new URL(path, url), {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.includes('json')
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text }
  }
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body?: unknown) => call('POST', path, body),
    put: (path: string, body?: unknown) => call('PUT', path, body),
    patch: (path: string, body?: unknown) => call('PATCH', path, body),
    delete: (path: string) => call('DELETE', path),
  }
}

export type HttpClient = ReturnType<typeof httpClient>

/** Somebody who is signed in, in a browser. */
export async function signedIn(url: string, credentials: { email: string; password: string }) {
  const { status, headers, body } = await httpClient(url).post('/api/v1/session', credentials)
  if (status !== 200) throw new Error(`Sign-in was answered ${status}: ${JSON.stringify(body)}`)
  const cookie = headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  return { ...httpClient(url, { cookie, origin: url }), cookie }
}

export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery staple' }
/** The settings with which a server has that administrator from the start. */
export const WITH_ADMIN = { OPSKNIGHT_ADMIN_EMAIL: ADMIN.email, OPSKNIGHT_ADMIN_PASSWORD: ADMIN.password }

/** Deliveries of any number are neither folded nor left out of the log. */
const WITHOUT_LIMITS = { newIncidentsPerMinute: null, storedBodiesPerMinute: null }

/** A service with an integration, as an administrator makes them. */
export async function addIntegration(
  admin: HttpClient,
  { type = 'sentry', settings = WITHOUT_LIMITS }: { type?: string; settings?: object } = {},
): Promise<{ id: string; ref: string; webhookUrl: string; serviceId: string }> {
  const { body: services } = await admin.get('/api/v1/services')
  const name = `Service ${services.items.length + 1}`
  const { body: service } = await admin.post('/api/v1/services', { name })
  const made = await admin.post(`/api/v1/services/${service.id}/integrations`, { type, settings })
  if (made.status !== 201) throw new Error(`Answered ${made.status}: ${JSON.stringify(made.body)}`)
  return made.body
}
