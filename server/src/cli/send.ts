import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import pg from 'pg'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { integrationOfType } from '../integrations/index.ts'
import { Failure } from '../platform/failure.ts'
import { webhookUrlOf } from '../services/integration-model.ts'
import { getIntegration } from '../services/integration-store.ts'

const TIMEOUT_MS = 30_000

/** Delivers a body as the tool would and prints the answer. Returns the exit code: 0 when it was accepted. */
export async function send(
  deps: Deps,
  { integration: id, file }: { integration: string; file?: string },
): Promise<number> {
  const integration = await getIntegration(deps.db, id).catch(explainSchema)
  const tool = integrationOfType(integration.type)
  if (!tool) throw new Failure(`This release does not know the type ${integration.type}`)
  const example = tool.testDelivery(deps.clock.now())
  const body = file === undefined ? Buffer.from(JSON.stringify(example.body)) : await readBody(file)
  const signature = integration.signing_secret
    ? tool.authentication.sign(body, deps.secrets.open(integration.signing_secret))
    : {}

  const url = webhookUrlOf(deps.config, integration)
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(file === undefined ? example.headers : {}),
      ...(integration.type === 'events' ? { authorization: `Token token=${integration.address}` } : {}),
      ...signature,
    },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    const address = publicUrlOf(deps.config)
    throw new Failure(
      `No answer from ${address}. Is the server running there? OPSKNIGHT_URL, HOST and PORT must be the server's.`,
      {
        cause: error,
      },
    )
  })
  console.log(await answer.text())
  return answer.ok ? 0 : 1
}

const UNDEFINED_TABLE = '42P01'
const UNDEFINED_COLUMN = '42703'

function explainSchema(error: unknown): never {
  const isOlder =
    error instanceof pg.DatabaseError && [UNDEFINED_TABLE, UNDEFINED_COLUMN].includes(error.code ?? '')
  if (!isOlder) throw error
  throw new Failure(
    "The database does not have this release's schema. Start the server, or run: opsknight migrate",
    { cause: error },
  )
}

async function readBody(file: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return file === '-' ? Buffer.from(await buffer(process.stdin)) : await readFile(file)
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}
