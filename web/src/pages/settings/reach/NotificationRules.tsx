import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Urgency } from '#contract/common.ts'
import type { ContactMethodView, NotificationRule } from '#contract/contact-methods.ts'
import { contactMethodsOf } from '../../../api/contact-methods.ts'
import { rulesOf } from '../../../api/notification-rules.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Section } from '../../../ui/Page.tsx'
import { TextSkeleton } from '../../../ui/Skeletons.tsx'
import { RulesForm } from './RulesForm.tsx'
import { RuleTimeline } from './RuleTimeline.tsx'
import styles from './reach.module.css'
import { hasOwnRules, stepsOf } from './rules.ts'
import { Skipped } from './Skipped.tsx'
import { urgencyWords } from './words.ts'

type Props = { userId: string; isMine: boolean; notAllowed?: string | undefined }

/** Which contact methods, after which delay, for each urgency. */
export const NotificationRules = (props: Props) => (
  <Section
    flush
    title="Notification rules"
    description="By which way and how soon. An acknowledgement stops what is still to come."
  >
    <Rules {...props} />
  </Section>
)

function Rules({ userId, isMine, notAllowed }: Props) {
  const methods = useQuery(contactMethodsOf(userId))
  const rules = useQuery(rulesOf(userId))
  if (!methods.data || !rules.data) {
    const error = methods.error ?? rules.error
    const retry = () => void Promise.all([methods.refetch(), rules.refetch()])
    return (
      <div className={styles.urgency}>
        {error ? <ErrorNote error={error} onRetry={retry} /> : <TextSkeleton lines={3} />}
      </div>
    )
  }
  return Urgency.options.map((urgency) => (
    <UrgencyRules
      key={urgency}
      userId={userId}
      isMine={isMine}
      urgency={urgency}
      methods={methods.data}
      rules={rules.data}
      notAllowed={notAllowed}
    />
  ))
}

type UrgencyProps = Props & {
  urgency: Urgency
  methods: ContactMethodView[]
  rules: NotificationRule[]
}

function UrgencyRules({ userId, isMine, urgency, methods, rules, notAllowed }: UrgencyProps) {
  const [isEditing, setEditing] = useState(false)
  const { name, incidents } = urgencyWords[urgency]
  const steps = stepsOf(rules, methods, urgency)
  const none = methods.length === 0 ? 'Add a contact method first' : undefined
  return (
    <section className={styles.urgency} aria-label={`${name} urgency`}>
      <div className={styles.urgencyHead}>
        <div>
          <h3 className={styles.urgencyName}>{name} urgency</h3>
          <p className={styles.muted}>{incidents}</p>
        </div>
        {!isEditing && (
          <ActionButton
            size="xs"
            aria-label={`Change the rules of ${urgency} urgency`}
            disabledReason={notAllowed ?? none}
            onClick={() => setEditing(true)}
          >
            Change
          </ActionButton>
        )}
      </div>
      {isEditing ? (
        <RulesForm {...{ userId, urgency, methods, rules }} onClose={() => setEditing(false)} />
      ) : (
        <>
          <RuleTimeline steps={steps} label={`${name} urgency, in order`} />
          {!hasOwnRules(rules, urgency) && steps.length > 0 && (
            <p className={styles.muted}>There is no rule, so everything that is verified is used at once.</p>
          )}
          <Skipped steps={steps} methods={methods} urgency={urgency} isMine={isMine} />
        </>
      )}
    </section>
  )
}
