import type { ChannelView } from '#contract/channels.ts'
import { useForgetChannel } from '../../../api/channels.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { Danger } from '../../../forms/Danger.tsx'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'
import { KeyValue } from '../../../ui/KeyValue.tsx'
import { Section } from '../../../ui/Page.tsx'
import styles from './channels.module.css'
import { SettingsForm } from './SettingsForm.tsx'

/** What the channel needs, from the environment or entered here. */
export function ChannelSettings({ channel }: { channel: ChannelView }) {
  if (channel.configuredBy === 'environment') return <FromEnvironment channel={channel} />
  if (channel.settings.length === 0) {
    return (
      <Section title="Settings">
        <p className={styles.hint}>
          {channel.usable
            ? 'Nothing has to be set up. Each person enters their own address.'
            : 'This channel is set up by environment variables of the server, not here.'}
        </p>
      </Section>
    )
  }
  return (
    <Section title="Settings">
      <SettingsForm channel={channel} />
      {channel.configuredBy === 'settings' && <Forget channel={channel} />}
    </Section>
  )
}

const FromEnvironment = ({ channel: { settings, values, storedSecrets } }: { channel: ChannelView }) => (
  <Section
    title="Settings"
    description="Set by environment variables of the server, which win over what is entered here."
  >
    {settings.length === 0 ? (
      <p className={styles.hint}>To change it, change the environment and restart the server.</p>
    ) : (
      <KeyValue
        facts={settings.map(({ name, label }) => [
          label,
          values[name] ?? (storedSecrets.includes(name) ? 'Set; not shown' : 'Not set'),
        ])}
      />
    )}
  </Section>
)

function Forget({ channel }: { channel: ChannelView }) {
  const forget = useForgetChannel(channel.channel)
  return (
    <Danger
      title="Forget"
      words="Contact methods on this channel stay, and are skipped until it is set up again."
    >
      <ConfirmButton
        label="Forget settings"
        title={`Forget the settings of ${channel.name}`}
        loses="What was entered here, credentials too, is deleted. Pages no longer go out on this channel."
        disabledReason={useReasonAgainst('configure')}
        onConfirm={() => forget.mutateAsync()}
      />
    </Danger>
  )
}
