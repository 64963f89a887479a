// Shows pages as notifications, also while OpsKnight is closed. It keeps nothing and stands before no request: what is on the screen
// always comes from the server.

const ICON = '/icon-192.png'
const ACTIONS = [
  { action: 'acknowledge', title: 'Acknowledge' },
  { action: 'resolve', title: 'Resolve' },
]
const DONE = { acknowledge: 'Acknowledged', resolve: 'Resolved' }

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('push', (event) => event.waitUntil(show(readMessage(event.data))))
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(event.action ? answer(event.notification, event.action) : open(event.notification.data.url))
})
self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(show(UNSUBSCRIBED)))

// A browser takes the right to push away from whoever shows nothing.
const UNREADABLE = {
  kind: 'notice',
  title: 'OpsKnight has something for you',
  body: 'The message could not be read. Open OpsKnight to see what is open.',
  tag: 'unreadable',
  url: '/incidents',
  token: null,
}
const UNSUBSCRIBED = {
  kind: 'notice',
  title: 'Pages no longer reach this browser',
  body: 'It has given up its subscription. Open your profile and enable push again.',
  tag: 'unsubscribed',
  url: '/settings/profile',
  token: null,
}

// What it is made of is in server/src/channels/push/notification.ts.
function readMessage(data) {
  try {
    const message = data.json()
    return typeof message?.title === 'string' ? message : UNREADABLE
  } catch {
    return UNREADABLE
  }
}

function show({ kind, title, body, tag, url, token }, options = {}) {
  return self.registration.showNotification(title, {
    body,
    tag,
    icon: ICON,
    badge: ICON,
    data: { title, body, tag, url, token },
    actions: token ? ACTIONS : [],
    requireInteraction: kind === 'page',
    ...options,
  })
}

// The token proves whose answer it is, so this works long after the person has signed out.
async function answer({ data }, action) {
  const problem = await send(data.token, action)
  if (problem === null) {
    const said = { ...data, kind: 'notice', title: `${DONE[action]}: ${data.title}`, token: null }
    return show(said, { silent: true })
  }
  // Still there, with its buttons.
  return show({ ...data, kind: 'page', body: `${problem}\n${data.body}` })
}

async function send(token, action) {
  try {
    const response = await fetch(`/api/v1/replies/${encodeURIComponent(token)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ action }),
    })
    if (response.ok) return null
    const problem = await response.json().catch(() => ({}))
    return problem.detail || `OpsKnight answered ${response.status}. Nothing was changed.`
  } catch {
    return 'OpsKnight could not be reached. Nothing was changed: try again.'
  }
}

// A page that is open already is used; without one a new window opens.
async function open(address) {
  const url = new URL(address, self.location.origin)
  const [client] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (!client || url.origin !== self.location.origin) return self.clients.openWindow(url.href)
  await client.focus()
  return client.navigate(url.href)
}
