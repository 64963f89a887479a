import type pg from 'pg'

/** By these one server writes values and any other reads them, whatever the settings of its database or account are. */
const SETTINGS = {
  client_encoding: 'UTF8',
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  // It takes as long as it takes.
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  transaction_timeout: '0',
  // For building indexes.
  maintenance_work_mem: '256MB',
}

/** Those that this server knows: `transaction_timeout` came with PostgreSQL 17. */
export async function prepareSession(client: pg.ClientBase): Promise<void> {
  await client.query(
    `select set_config(s.name, wanted.value, false)
     from json_each_text($1) as wanted join pg_settings s on lower(s.name) = wanted.key`,
    [JSON.stringify(SETTINGS)],
  )
}
