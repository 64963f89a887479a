import { useMantineColorScheme } from '@mantine/core'
import {
  IconAlertTriangle,
  IconBellRinging,
  IconCalendarTime,
  IconCircleCheck,
  IconCircleHalf2,
  IconKeyboard,
  IconMoon,
  IconPhoneCall,
  IconPlugConnected,
  IconServer2,
  IconSettings,
  IconShieldCheck,
  IconStairs,
  IconSun,
  IconTool,
  IconUser,
  type TablerIcon,
} from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { usePeople, useServices } from '../api/directory.ts'
import { incidentList, incidentOne } from '../api/incidents.ts'
import { useReasonAgainst } from '../api/me.ts'
import { useAct } from '../pages/incidents/actions/use-act.ts'
import { reasonAgainstAction } from '../pages/incidents/actions/words.ts'
import { type Place, paths } from '../paths.ts'
import { SeverityMark } from '../ui/SeverityMark.tsx'
import { statusName } from '../ui/StatusBadge.tsx'
import type { Command, CommandGroup } from './commands.ts'

/** Everything that the palette offers, in the order in which it is shown. */
export function useCommands(query: string, onHelp: () => void): CommandGroup[] {
  const navigate = useNavigate()
  const go = (place: Place) => () => void navigate(place)
  return [
    { name: 'This incident', commands: useIncidentCommands() },
    { name: 'Incidents', commands: useIncidents(query, go) },
    {
      name: 'Services',
      commands: useServices().map(({ id, name }) => ({
        id: `service-${id}`,
        label: name,
        mark: mark(IconServer2),
        run: go(paths.service(id)),
      })),
    },
    { name: 'Go to', commands: destinations(go) },
    {
      name: 'People',
      commands: usePeople().map(({ id, name, email }) => ({
        id: `person-${id}`,
        label: name,
        hint: email,
        mark: mark(IconUser),
        run: go(paths.person(id)),
      })),
    },
    { name: 'Do', commands: [...useAppearance(), keys(onHelp)] },
  ]
}

type Go = (place: Place) => () => void

const mark = (Icon: TablerIcon) => <Icon size={16} stroke={1.75} aria-hidden="true" />

function useIncidents(query: string, go: Go): Command[] {
  const found = useInfiniteQuery(incidentList(query ? { q: query } : { status: 'active' })).data
  return (found?.pages[0]?.items ?? []).map(({ id, number, title, status, severity, serviceName }) => ({
    id: `incident-${id}`,
    label: title,
    hint: `#${number} · ${serviceName} · ${statusName[status]}`,
    mark: <SeverityMark severity={severity} />,
    isFound: true,
    run: go(paths.incident(number)),
  }))
}

/** On the page of an incident: what can be done with it. */
function useIncidentCommands(): Command[] {
  const { number } = useParams({ strict: false }) as { number?: string }
  const incident = useQuery({ ...incidentOne(number ?? ''), enabled: number !== undefined }).data
  const notAllowed = useReasonAgainst('act')
  const act = useAct()
  if (!incident || notAllowed) return []
  const offers = [
    ['acknowledge', 'Acknowledge', IconCircleHalf2],
    ['resolve', 'Resolve', IconCircleCheck],
    ['reopen', 'Reopen', IconAlertTriangle],
  ] as const
  return offers
    .filter(([kind]) => !reasonAgainstAction(incident, kind))
    .map(([kind, name, icon]) => ({
      id: kind,
      label: `${name} #${incident.number}`,
      mark: mark(icon),
      run: () => act([incident], { kind }),
    }))
}

function destinations(go: Go): Command[] {
  const places: [name: string, icon: TablerIcon, place: Place][] = [
    ['Incidents', IconAlertTriangle, paths.incidents()],
    ['On-call', IconPhoneCall, paths.onCall()],
    ['Schedules', IconCalendarTime, paths.schedules()],
    ['Escalation policies', IconStairs, paths.policies()],
    ['Coverage', IconShieldCheck, paths.coverage()],
    ['Services', IconServer2, paths.services()],
    ['Integrations', IconPlugConnected, paths.integrations()],
    ['Maintenance', IconTool, paths.maintenance()],
    ['Notifications', IconBellRinging, paths.notifications()],
    ['Settings: people', IconSettings, paths.people()],
    ['Settings: teams', IconSettings, paths.teams()],
    ['Settings: channels', IconSettings, paths.channels()],
    ['Settings: API keys', IconSettings, paths.apiKeys()],
    ['Settings: audit log', IconSettings, paths.auditLog()],
    ['Settings: profile', IconSettings, paths.profile()],
  ]
  return places.map(([label, icon, place]) => ({
    id: `go-${label}`,
    label,
    mark: mark(icon),
    run: go(place),
  }))
}

function useAppearance(): Command[] {
  const { setColorScheme } = useMantineColorScheme()
  return [
    { id: 'light', label: 'Use light colours', mark: mark(IconSun), run: () => setColorScheme('light') },
    { id: 'dark', label: 'Use dark colours', mark: mark(IconMoon), run: () => setColorScheme('dark') },
  ]
}

const keys = (onHelp: () => void): Command => ({
  id: 'keys',
  label: 'Show all keys',
  mark: mark(IconKeyboard),
  run: onHelp,
})
