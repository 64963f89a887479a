import { PutTeam, TeamPage, TeamView, UpdateTeam } from '#contract/teams.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { changeRoute, createRoute, deleteRoute, getRoute, listRoute } from '../resource-routes.ts'
import { createTeam, deleteTeam, updateTeam } from './teams.ts'
import { getTeamView, listTeams } from './teams-store.ts'

/** Teams: people who are paged together, or by their leads. */
export function teamRoutes(app: App, deps: Deps): void {
  const teams = { path: '/api/v1/teams', tags: ['Teams'] }

  listRoute(app, { ...teams, summary: 'List teams', description: 'By name.', answer: TeamPage }, (query) =>
    listTeams(deps.db, query),
  )

  createRoute(
    app,
    { ...teams, summary: 'Create a team', body: PutTeam, answer: TeamView },
    (principal, body) => createTeam(deps, principal, body),
  )

  getRoute(app, { ...teams, summary: 'Get a team', answer: TeamView }, (id) => getTeamView(deps.db, id))

  changeRoute(
    app,
    'PUT',
    { ...teams, summary: 'Replace the name and members of a team', body: PutTeam, answer: TeamView },
    (principal, id, body) => updateTeam(deps, principal, id, body),
  )

  changeRoute(
    app,
    'PATCH',
    {
      ...teams,
      summary: 'Change a team',
      description: 'Only the fields that are given change; `members` replaces all of them.',
      body: UpdateTeam,
      answer: TeamView,
    },
    (principal, id, body) => updateTeam(deps, principal, id, body),
  )

  deleteRoute(
    app,
    {
      ...teams,
      summary: 'Delete a team',
      description: 'Its members stay. Refused while an escalation policy pages it.',
    },
    (principal, id) => deleteTeam(deps, principal, id),
  )
}
