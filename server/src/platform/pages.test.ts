import { expect, test } from 'vitest'
import { testApp } from '../testing/test-app.ts'

const LISTS = [
  'services',
  'integrations',
  'services/{service}/integrations',
  'integrations/{integration}/deliveries',
  'incidents',
  'incidents/1/timeline',
  'incidents/1/deliveries',
  'maintenance-windows',
  'users',
  'api-keys',
  'audit-log',
]

test.each(LISTS)(
  'the list of %s refuses a cursor that none of its pages gave, and names it',
  async (list) => {
    const t = await testApp()
    const sentry = await t.create.integration()
    await t.deliver(sentry, { action: 'created', issue: { id: '1', title: 'Broken' } })
    const admin = await t.asRole('admin')
    const path = list.replace('{service}', sentry.serviceId).replace('{integration}', sentry.ref)

    for (const cursor of ['not one of ours', '%00', '-1', '9'.repeat(30)]) {
      expect(await admin.get(`/api/v1/${path}?cursor=${cursor}`), cursor).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', errors: [{ path: 'cursor' }] },
      })
    }
    const { status, body } = await admin.get(`/api/v1/${path}?cursor=`)
    expect({ status, isList: Array.isArray(body.items) }).toEqual({ status: 200, isList: true })
  },
)
