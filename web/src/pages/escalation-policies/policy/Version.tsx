import type { EscalationPolicyView } from '#contract/escalation-policies.ts'
import { Section } from '../../../ui/Page.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import styles from './policy.module.css'

/** Which version this is, and what a change means for incidents that are running. */
export const Version = ({ policy: { version, updatedAt } }: { policy: EscalationPolicyView }) => (
  <Section title={`Version ${version}`}>
    <p className={styles.plain}>
      Changed <TimeAgo at={updatedAt} />. Another change makes a new version for new incidents; those that are
      running finish on the version that they started with, and say so.
    </p>
  </Section>
)
