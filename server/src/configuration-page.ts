import { configurationTable } from './config.ts'

/** `docs/configuration.md`, made from the schema that checks the environment; a test keeps the two the same. */
export function configurationPage(): string {
  const rows = configurationTable.map(
    ({ name, default: value, meaning }) =>
      `| \`${name}\` | ${value === null ? '' : `\`${value}\``} | ${meaning} |`,
  )
  return `# Configuration

OpsKnight is configured by environment variables. Each is checked at the start; a wrong one ends the process with a list of what is wrong. This page
is written by \`npm run docs\`.

| variable | default | meaning |
|---|---|---|
${rows.join('\n')}

## On your own PostgreSQL

\`\`\`sh
DATABASE_URL=postgres://opsknight:password@db.example.com:5432/opsknight \\
OPSKNIGHT_SECRET_KEY="$(cat /etc/opsknight/secret.key)" \\
OPSKNIGHT_URL=https://opsknight.example.com npm start
\`\`\`

The user must own the database, as OpsKnight makes its own tables and, where it may, the extension \`pg_trgm\`. Keep the secret key: signing secrets cannot
be read without it. Several processes may run on one database; a second one on an *embedded* database is refused.
Connect directly, or through a pooler that leaves each client its own connection (PgBouncer: \`pool_mode = session\`): statements are prepared, and connections
have settings, locks and notifications of their own.

## Behind a proxy

Set \`OPSKNIGHT_URL\` to the address that people and tools use, and \`TRUST_PROXY\` to the proxy's address, so that the sign-in throttle sees each
caller's own. Let the proxy pass bodies of at least 5 MiB, and do not let it buffer \`/api/v1/live\`.

## The data folder

\`OPSKNIGHT_DATA\` holds \`secret.key\` (mode 0600), \`postgres/\`, and \`journal/\`: alerts that arrived while the database was away, until they are applied.
The journal is there with \`DATABASE_URL\` too, so a container needs a volume for this folder. When the server is started as root, PostgreSQL runs under another account; where that
account cannot enter the data folder, the database is below \`/var/lib/opsknight\` instead, and \`database-location.json\` in \`postgres/\` says where. Copying the
data folder while the server runs is no backup: \`opsknight backup\` makes one (see docs/backup.md).
`
}
