import { ActionIcon, Button, NumberInput, Select } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { z } from 'zod'
import type { Urgency } from '#contract/common.ts'
import { type ContactMethodView, NotificationRule } from '#contract/contact-methods.ts'
import { usePutRules } from '../../../api/notification-rules.ts'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { channelWords } from '../../../ui/channels.ts'
import styles from './reach.module.css'

type Props = {
  userId: string
  urgency: Urgency
  methods: ContactMethodView[]
  /** All of them; those of the other urgencies stay as they are. */
  rules: NotificationRule[]
  onClose: () => void
}

const Line = NotificationRule.pick({ contactMethodId: true, delayMinutes: true })
type Line = z.infer<typeof Line>
const Lines = z.object({ lines: z.array(Line) })

/** The rules of one urgency, a line each. */
export function RulesForm({ userId, urgency, methods, rules, onClose }: Props) {
  const put = usePutRules(userId)
  const others = rules.filter((rule) => rule.urgency !== urgency)
  const { form, values, change, errors } = useForm({
    schema: Lines,
    initial: { lines: rules.filter((rule) => rule.urgency === urgency).map((rule) => Line.parse(rule)) },
    onSubmit: async ({ lines }) => {
      await put.mutateAsync([...others, ...once(lines).map((line) => ({ ...line, urgency }))])
      onClose()
    },
  })
  const replace = (index: number, changes: Partial<Line>) =>
    change({ lines: values.lines.map((line, at) => (at === index ? { ...line, ...changes } : line)) })
  return (
    <Form
      form={form}
      aria-label={`Rules of ${urgency} urgency`}
      actions={
        <>
          <SubmitButton form={form}>Save rules</SubmitButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      {values.lines.length === 0 && (
        <p className={styles.muted}>Without a rule everything that is verified is used at once.</p>
      )}
      {values.lines.map((line, index) => (
        <RuleLine
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else to be known by, and its fields keep no state
          key={index}
          number={index + 1}
          line={line}
          methods={methods}
          onChange={(changes) => replace(index, changes)}
          onRemove={() => change({ lines: values.lines.filter((_, at) => at !== index) })}
        />
      ))}
      {errors.lines && <p className={styles.error}>{errors.lines}</p>}
      <div>
        <Button
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden="true" />}
          onClick={() => change({ lines: [...values.lines, nextLine(values.lines, methods)] })}
        >
          Add a rule
        </Button>
      </div>
    </Form>
  )
}

type LineProps = {
  number: number
  line: Line
  methods: ContactMethodView[]
  onChange: (changes: Partial<Line>) => void
  onRemove: () => void
}

const RuleLine = ({ number, line, methods, onChange, onRemove }: LineProps) => (
  <div className={styles.line}>
    <Select
      aria-label={`Contact method of rule ${number}`}
      data={methods.map((method) => ({ value: method.id, label: nameOf(method) }))}
      value={line.contactMethodId}
      onChange={(id) => id && onChange({ contactMethodId: id })}
      className={styles.lineMethod!}
    />
    <NumberInput
      aria-label={`Minutes before rule ${number} is used`}
      value={line.delayMinutes}
      onChange={(minutes) => onChange({ delayMinutes: Number(minutes) })}
      min={0}
      max={1440}
      allowDecimal={false}
      prefix="after "
      suffix=" min"
      className={styles.lineDelay!}
    />
    <ActionIcon onClick={onRemove} aria-label={`Remove rule ${number}`}>
      <IconTrash size={16} />
    </ActionIcon>
  </div>
)

const nameOf = ({ channel, label, address, verified }: ContactMethodView) =>
  `${channelWords[channel].name} ${label ?? address}${verified ? '' : ' (not verified)'}`

/** The same twice is once. */
const once = (lines: Line[]) => [
  ...new Map(lines.map((line) => [`${line.contactMethodId} ${line.delayMinutes}`, line])).values(),
]

/** A way that is not used yet, a little later than what stands there. */
function nextLine(lines: readonly Line[], methods: readonly ContactMethodView[]): Line {
  const used = new Set(lines.map(({ contactMethodId }) => contactMethodId))
  const free = methods.find(({ id }) => !used.has(id)) ?? methods[0]!
  const last = Math.max(0, ...lines.map(({ delayMinutes }) => delayMinutes))
  return { contactMethodId: free.id, delayMinutes: lines.length === 0 ? 0 : last + 3 }
}
