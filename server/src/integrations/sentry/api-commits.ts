import type { SuspectCommit } from '#contract/sentry.ts'
import { type Fields, first, id, line, link, list, object, prose } from './payload.ts'

/**
 * The commit that Sentry suspects most, of those that it lists with an event; null when it suspects none. Sentry's source:
 * `utils/committers.py` (the likeliest author comes first) and `api/serializers/models/commit.py`.
 */
export function readSuspectCommit(json: unknown): SuspectCommit | null {
  for (const committer of list(object(json).committers).map(object)) {
    const [commit] = list(committer.commits).flatMap((one) =>
      readCommit(object(one), object(committer.author)),
    )
    if (commit) return commit
  }
  return null
}

function readCommit(commit: Fields, author: Fields): SuspectCommit[] {
  const sha = id(commit.id)
  if (!sha || !/^[\w.:-]{1,100}$/.test(sha)) return []
  const repository = object(commit.repository)
  const { title, externalUrl } = object(commit.pullRequest)
  const pullRequest = link(externalUrl)
  return [
    {
      id: sha,
      message: line(prose(commit.message)?.split('\n')[0], 300),
      author: first(line(author.name, 200), line(author.username, 200), line(author.email, 200)),
      at: line(commit.dateCreated, 50),
      repository: line(repository.name, 200),
      link: linkOf(repository, sha),
      ...(pullRequest ? { pullRequest: { title: line(title, 300), link: pullRequest } } : {}),
    },
  ]
}

/** Where repositories of these hosts show a commit, as Sentry's own pages link to it (`components/commitLink.tsx`). */
const pathOfCommit: Record<string, string> = {
  github: 'commit',
  github_enterprise: 'commit',
  bitbucket: 'commits',
  vsts: 'commit',
  visualstudio: 'commit',
  gitlab: 'commit',
}

function linkOf({ url, provider }: Fields, sha: string): string | undefined {
  const host = line(object(provider).id, 100)?.replace(/^integrations:/, '') ?? ''
  const base = link(url)
  if (!base || !Object.hasOwn(pathOfCommit, host)) return undefined
  return link(`${base.replace(/\/+$/, '')}/${pathOfCommit[host]}/${sha}`)
}
