import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { EARLIER, rewrittenStates, textOfState } from '../server/src/testing/earlier-migrations.ts'

// The migrations of earlier commits whose files were changed since, read from the history; the upgrade test starts from them.
rmSync(EARLIER, { recursive: true, force: true })
mkdirSync(EARLIER, { recursive: true })
for (const state of rewrittenStates())
  writeFileSync(new URL(`${state.commit}.sql`, EARLIER), textOfState(state))
