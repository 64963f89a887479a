import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'

const SECURITY = {
  session: { type: 'apiKey', in: 'cookie', name: 'opsknight.session_token' },
  apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of Settings → API keys' },
} as const

/** OpenAPI 3.1 at /api/openapi.json, made from the schemas that the routes validate with, and a page to browse it. */
export async function registerDocumentation(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'OpsKnight',
        version,
        description:
          'Takes alerts, makes one incident per problem and reaches the right person. Errors are RFC 9457 problem details with a stable `code`; lists answer `{items, nextCursor}`; times are ISO 8601 in UTC.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes: SECURITY },
      security: [{ session: [] }, { apiKey: [] }],
    },
    transform: jsonSchemaTransform,
  })
  await app.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: true })
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
