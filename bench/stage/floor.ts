import fastify from 'fastify'
import type { z } from 'zod'
import type { WebhookAnswer } from '#contract/integrations.ts'

// As little as a web server can do with a delivery: it reads and parses it, and answers as much as OpsKnight does.
const ANSWER = {
  status: 'success',
  result: {
    action: 'triggered',
    incident: {
      id: '01929b2e-6f00-7000-8000-000000000000',
      number: 123_456,
      title: "TypeError: Cannot read properties of undefined (reading 'reduce')",
      status: 'open',
      severity: 'error',
      urgency: 'medium',
      url: 'http://127.0.0.1:30000/incidents/123456',
    },
  },
} satisfies z.infer<typeof WebhookAnswer>

const app = fastify()
app.post('/api/integrations/:type', async (_request, reply) => reply.code(202).send(ANSWER))
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
process.send?.('ready')
process.on('disconnect', () => process.exit(0))
