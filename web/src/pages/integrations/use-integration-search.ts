import { getRouteApi } from '@tanstack/react-router'
import type { IntegrationSearch } from './search.ts'

const route = getRouteApi('/app/integrations/$ref')

/** What the URL says beside which integration. */
export const useIntegrationSearch = (): IntegrationSearch => route.useSearch()
