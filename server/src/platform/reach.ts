import pg from 'pg'
import { Failure } from './failure.ts'

const ANSWER_WITHIN_MS = 10_000

/** Throws a `Failure` that says what to do when the PostgreSQL of DATABASE_URL cannot be used. It never holds the password. */
export async function reachDatabase(url: string): Promise<void> {
  try {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: ANSWER_WITHIN_MS })
    // A connection that breaks after its answer is of no interest here.
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query('select 1')
    } finally {
      await client.end()
    }
  } catch (error) {
    const { code, message } = firstOf(error)
    const where = URL.canParse(url) ? ` at ${new URL(url).host}` : ''
    throw new Failure(
      `The PostgreSQL of DATABASE_URL${where} cannot be used: ${message}.\n${hints[code] ?? hints.other}`,
      { cause: error },
    )
  }
}

/** `localhost` is two addresses, and so two errors. */
function firstOf(error: unknown): { code: string; message: string } {
  const first = error instanceof AggregateError ? error.errors[0] : error
  if (!(first instanceof Error)) return { code: 'other', message: String(first) }
  return { code: 'code' in first ? String(first.code) : 'other', message: first.message }
}

// https://www.postgresql.org/docs/18/errcodes-appendix.html, and Node's names of what the network says.
const hints: Record<string, string> & { other: string } = {
  ECONNREFUSED: 'Nothing listens there. Is it running, and are host and port right?',
  ENOTFOUND: 'There is no such host. Check the name in the address.',
  ERR_INVALID_URL:
    'It is no valid address. Characters like @ : / # ? % in the password must be percent-encoded.',
  '28P01': 'Check the user and the password in the address.',
  '28000': 'Check the user in the address, and pg_hba.conf of that PostgreSQL.',
  '3D000': 'Create the database first (createdb), or correct its name in the address.',
  other: 'Check the address, and that this machine may connect to it.',
}
