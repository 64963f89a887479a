import './zod-without-eval.ts'
import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import './theme/tokens.css'
import './theme/base.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/query-client.ts'
import { paths } from './paths.ts'
import { createAppRouter } from './routes.tsx'
import { cssVariables, theme } from './theme/theme.ts'
import { Toasts } from './ui/toasts.tsx'

const queryClient = createQueryClient(goToSignIn)
const router = createAppRouter(queryClient)

/** Pages that anybody may see deal with a 401 themselves. */
const PUBLIC = /^\/(sign-in|setup|password|confirm)$/

function goToSignIn() {
  const { pathname, href } = router.state.location
  if (PUBLIC.test(pathname)) return
  queryClient.removeQueries({ queryKey: ['me'] })
  void router.navigate({ ...paths.signIn(href), replace: true })
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
