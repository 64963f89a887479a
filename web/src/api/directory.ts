import { queryOptions, useQuery } from '@tanstack/react-query'
import { IntegrationList } from '#contract/integrations.ts'
import { UserPage, type UserView } from '#contract/people.ts'
import { ServicePage, type ServiceView } from '#contract/services.ts'
import { query, request } from './client.ts'

// What filters, pickers and the command palette choose from: the first 200. Pages that list these have queries of their own.

export const allServices = queryOptions({
  queryKey: ['services', 'all'],
  queryFn: () => request(ServicePage, 'GET', '/services?limit=200'),
  select: ({ items }) => items.toSorted(byName),
})

export const allPeople = queryOptions({
  queryKey: ['users', 'all'],
  queryFn: () => request(UserPage, 'GET', '/users?limit=200'),
  select: ({ items }) => items.filter((person) => !person.disabled).toSorted(byName),
})

export const allIntegrations = queryOptions({
  queryKey: ['integrations', 'all'],
  queryFn: () => request(IntegrationList, 'GET', '/integrations?limit=200'),
  select: ({ items }) => items,
})

/** Everybody who ever was, for the names behind ids. */
const everybody = queryOptions({
  queryKey: ['users', 'names'],
  queryFn: async () => {
    const names = new Map<string, string>()
    let cursor: string | undefined
    do {
      const page = await request(UserPage, 'GET', `/users${query({ limit: 200, cursor })}`)
      for (const { id, name } of page.items) names.set(id, name)
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    return names
  },
})

/** The name of a person, the disabled ones too. */
export function useNameOf(): (id: string) => string {
  const names = useQuery(everybody).data
  return (id) => names?.get(id) ?? (names ? 'Somebody' : '…')
}

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name)

const NO_SERVICES: ServiceView[] = []
const NO_PEOPLE: UserView[] = []

/** By name; empty until they are known. */
export const useServices = () => useQuery(allServices).data ?? NO_SERVICES
export const usePeople = () => useQuery(allPeople).data ?? NO_PEOPLE
