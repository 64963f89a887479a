import { expect, test } from 'vitest'
import { mailbox } from '../testing/mailbox.ts'
import { everyMessage } from '../testing/messages.ts'
import { testApp } from '../testing/test-app.ts'
import { channelProblem, sendMessage } from './send.ts'

const [page] = everyMessage
if (!page) throw new Error('There is no page among the messages')

test('without a mail server a mail fails, and says what to set', async () => {
  const { deps } = await testApp()
  const problem = 'Not set up: set SMTP_URL in the environment of the server.'
  expect(await channelProblem(deps, 'email')).toBe(problem)
  expect(await sendMessage(deps, 'email', 'ana@example.com', page)).toEqual({
    outcome: 'failed',
    reason: problem,
  })
})

test('with a mail server the mail is there', async () => {
  const box = await mailbox()
  const { deps } = await testApp({ environment: { SMTP_URL: box.url } })
  expect(await channelProblem(deps, 'email')).toBeNull()
  expect(await sendMessage(deps, 'email', 'ana@example.com', page)).toMatchObject({ outcome: 'sent' })
  expect((await box.next()).from?.value).toMatchObject([{ address: 'opsknight@opsknight.test' }])
})
