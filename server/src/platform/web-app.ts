import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from './errors.ts'
import { sendProblem } from './http-errors.ts'

const BUILT = fileURLToPath(new URL('../../../dist/web/', import.meta.url))

/** Serves the built web app; every address that is no file and no API is a page of it. */
export async function registerWebApp(app: FastifyInstance): Promise<void> {
  const built = existsSync(`${BUILT}index.html`)
  if (built) {
    await app.register(fastifyStatic, {
      root: BUILT,
      // The build puts them beside the files.
      preCompressed: true,
      cacheControl: false,
      setHeaders(reply, file) {
        // Names under assets/ carry a hash of their content.
        const forever = file.startsWith(`${BUILT}assets/`)
        reply.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  }
  app.setNotFoundHandler((request, reply) => {
    if (built && isPage(request)) return reply.sendFile('index.html')
    const path = request.url.split('?')[0]
    return sendProblem(reply, new AppError('not_found', `There is nothing at ${request.method} ${path}.`))
  })
}

const isPage = ({ method, url, headers }: FastifyRequest) =>
  (method === 'GET' || method === 'HEAD') &&
  !url.startsWith('/api/') &&
  !url.startsWith('/assets/') &&
  (headers.accept ?? '').includes('text/html')
