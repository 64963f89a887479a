import { Code } from '@mantine/core'
import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react'
import { type SentryConnectionView, SentryScope } from '#contract/sentry-connection.ts'
import { ExternalButton } from '../../../ui/ExternalLink.tsx'
import { KeyValue } from '../../../ui/KeyValue.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import { settingsPageOf } from './address.ts'
import { permissionWords } from './behaviours.ts'
import styles from './connection.module.css'

type Props = { connection: SentryConnectionView; actions?: React.ReactNode }

/** Where it leads, what the token may do, and when that was last seen. */
export function ConnectionFacts({ connection, actions }: Props) {
  const { url, organization, check, reconciled } = connection
  const page = settingsPageOf(connection, check?.installation?.appSlug)
  return (
    <section className={styles.box}>
      <h2 className={styles.boxTitle}>Connection</h2>
      <KeyValue
        facts={[
          ['Address', url],
          ['Organization', organization],
          ['Integration', check?.installation?.appSlug],
          ['Installation', check?.installation && <Code>{check.installation.uuid}</Code>],
          ['Checked', check && <TimeAgo at={check.at} />],
          ['Compared', reconciled.at && <TimeAgo at={reconciled.at} />],
        ]}
      />
      <h3 className={styles.boxTitle}>Permissions of the token</h3>
      <Permissions check={check} />
      <div className={styles.buttons}>
        {actions}
        {page && <ExternalButton href={page}>Open in Sentry</ExternalButton>}
      </div>
    </section>
  )
}

const marks = {
  granted: { icon: IconCircleCheck, words: 'granted' },
  lacking: { icon: IconCircleX, words: 'missing' },
  optional: { icon: IconCircleDashed, words: 'optional' },
  unknown: { icon: IconCircleDashed, words: 'not known' },
} as const

function Permissions({ check }: Pick<SentryConnectionView, 'check'>) {
  return (
    <ul className={styles.scopes} aria-label="Permissions">
      {SentryScope.options.map((scope) => {
        const { state, why } = stateOf(scope, check)
        const { icon: Icon, words } = marks[state]
        return (
          <li key={scope} data-state={state}>
            <Icon size={16} aria-hidden="true" />
            <span>
              {permissionWords[scope]} <code>{scope}</code> {words}
              {why && <span className={styles.why}>{why}</span>}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

function stateOf(scope: SentryScope, check: SentryConnectionView['check']) {
  const missing = check?.lacking.find((one) => one.scope === scope)
  if (missing) return { state: missing.optional ? 'optional' : 'lacking', why: missing.for } as const
  // Sentry does not always say what a token may do.
  return { state: check && check.granted.length > 0 ? 'granted' : 'unknown', why: null } as const
}
