import type { IncidentView } from '#contract/incidents.ts'
import { SentryDetails } from '#contract/sentry.ts'
import { ExternalButton } from '../../../ui/ExternalLink.tsx'
import { Linkified } from '../../../ui/Linkified.tsx'
import { Section } from '../../../ui/Page.tsx'
import { safeUrl } from '../../../ui/safe-url.ts'
import styles from './AlertFacts.module.css'
import { DetailsTable } from './DetailsTable.tsx'
import { SentryFacts } from './SentryFacts.tsx'

/** What the alert itself says. */
export function AlertFacts({ incident }: { incident: IncidentView }) {
  const { description, details, integration, link, storm } = incident
  const href = safeUrl(link)
  const sentry = integration?.type === 'sentry' ? SentryDetails.safeParse(details).data : undefined
  // Its own section says what it has folded.
  if (storm) return null
  const isEmpty = !description && !href && Object.keys(details).length === 0
  if (isEmpty) return null

  return (
    <Section
      title="Alert"
      actions={href && <ExternalButton href={href}>{nameOfLink(integration, sentry)}</ExternalButton>}
    >
      {description && (
        <p className={styles.description}>
          <Linkified text={description} />
        </p>
      )}
      {sentry ? <SentryFacts facts={sentry} incident={incident} /> : <DetailsTable details={details} />}
    </Section>
  )
}

function nameOfLink(integration: IncidentView['integration'], sentry: SentryDetails | undefined): string {
  if (integration?.type !== 'sentry') return 'Open the alert'
  return sentry?.shortId ? `Open ${sentry.shortId} in Sentry` : 'Open in Sentry'
}
