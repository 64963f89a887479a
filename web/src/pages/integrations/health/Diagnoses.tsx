import { IconAlertCircle, IconBulb, IconCircleCheck } from '@tabler/icons-react'
import type { Diagnosis } from '#contract/integrations.ts'
import { ButtonLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import styles from './Diagnoses.module.css'
import { fixOf } from './fixes.ts'

type Props = { diagnoses: readonly Diagnosis[]; integrationRef: string }

/** Everything that the server has found, each with what to do about it. */
export const Diagnoses = ({ diagnoses, integrationRef }: Props) =>
  diagnoses.length === 0 ? (
    <p className={styles.well}>
      <IconCircleCheck size={16} aria-hidden="true" />
      All is well: deliveries arrive and are understood.
    </p>
  ) : (
    <ul className={styles.list} aria-label="What was found">
      {diagnoses.map((diagnosis) => (
        <Found key={diagnosis.code} diagnosis={diagnosis} integrationRef={integrationRef} />
      ))}
    </ul>
  )

function Found({
  diagnosis: { code, level, title, detail },
  integrationRef,
}: {
  diagnosis: Diagnosis
  integrationRef: string
}) {
  const Icon = level === 'problem' ? IconAlertCircle : IconBulb
  const fix = fixOf(code)
  return (
    <li className={styles.found} data-level={level}>
      <Icon size={18} aria-hidden="true" className={styles.icon} />
      <div className={styles.words}>
        <h2 className={styles.title}>{title}</h2>
        <p className={styles.detail}>{detail}</p>
      </div>
      {fix && <ButtonLink {...paths.integration(integrationRef, fix.search)}>{fix.label}</ButtonLink>}
    </li>
  )
}
