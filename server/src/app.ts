import helmet from '@fastify/helmet'
import fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { deliveryRoutes } from './alerts/delivery-routes.ts'
import { eventsRoutes } from './alerts/events-routes.ts'
import { healthRoutes } from './alerts/health-routes.ts'
import { createIngest, type Ingest } from './alerts/ingest.ts'
import { manualRoutes } from './alerts/manual-routes.ts'
import { withJournal } from './alerts/outage.ts'
import { Patience } from './alerts/patience.ts'
import { webhookRoutes } from './alerts/webhook-routes.ts'
import { auditRoutes } from './audit/routes.ts'
import { publicUrlOf } from './config.ts'
import { coverageRoutes } from './coverage/routes.ts'
import type { Deps } from './deps.ts'
import { escalationRoutes } from './escalations/routes.ts'
import { closeServiceRoutes } from './incidents/close-service-routes.ts'
import { readFigures } from './incidents/figures.ts'
import { incidentRoutes } from './incidents/routes.ts'
import { stormRoutes } from './incidents/storm-routes.ts'
import { liveRoutes } from './live/routes.ts'
import { maintenanceRoutes } from './maintenance/routes.ts'
import { pushRoutes } from './messaging/push-routes.ts'
import { channelRoutes } from './messaging/routes.ts'
import { pageRoutes } from './notifications/routes.ts'
import { onCallSlice } from './oncall/routes.ts'
import { createAuth } from './people/auth.ts'
import { registerAuthentication } from './people/authentication.ts'
import { peopleRoutes } from './people/routes.ts'
import { answerBrokenRequests, demandHost } from './platform/broken-requests.ts'
import {
  CONNECTION_LIMITS,
  type ConnectionLimits,
  guardConnections,
  serverOptionsOf,
} from './platform/connections.ts'
import { registerDocumentation } from './platform/documentation.ts'
import { acceptEmptyBodies } from './platform/empty-bodies.ts'
import { answerFrameworkError, registerErrorHandler } from './platform/http-errors.ts'
import type { Journal } from './platform/journal.ts'
import { measureRequests, metricsRoutes } from './platform/metrics/routes.ts'
import { probeRoutes } from './platform/probes.ts'
import { createRefusals } from './platform/refusals.ts'
import { answerWithRequestId, REQUEST_ID_FIELD, requestIds } from './platform/request-ids.ts'
import { requestLog } from './platform/request-log.ts'
import { SHEDDING_LIMITS, type SheddingLimits, shedLoad } from './platform/shedding.ts'
import { VERSION } from './platform/version.ts'
import { registerWebApp } from './platform/web-app.ts'
import { replyRoutes } from './replies/index.ts'
import { sentryConnectionRoutes } from './sentry-sync/routes.ts'
import { sentryUiRoutes } from './sentry-ui/routes.ts'
import { sentryUiSchemaRoutes } from './sentry-ui/schema-routes.ts'
import { createDirectory } from './services/directory.ts'
import { integrationRoutes } from './services/integration-routes.ts'
import { serviceRoutes } from './services/routes.ts'

export type App = ReturnType<typeof createApp>

const REST_BODY_BYTES = 1024 * 1024

/** Named before the app is made, Fastify does not load its own. */
const compilersFactory = {
  buildValidator: () => validatorCompiler,
  buildSerializer: () => serializerCompiler,
} as object

function createApp({ config, log }: Deps, limits: ConnectionLimits) {
  const newRequestId = requestIds()
  const refusals = createRefusals(log)
  const brokenRequests = answerBrokenRequests(newRequestId, refusals.count)
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: REQUEST_ID_FIELD }),
    childLoggerFactory: requestLog,
    genReqId: newRequestId,
    trustProxy: config.trustProxy ?? false,
    bodyLimit: REST_BODY_BYTES,
    http: serverOptionsOf(limits),
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    clientErrorHandler: brokenRequests.onClientError,
    return503OnClosing: true,
    frameworkErrors: answerFrameworkError,
    routerOptions: { maxParamLength: 300 },
    schemaController: { compilersFactory },
  }).withTypeProvider<ZodTypeProvider>()
  brokenRequests.listenTo(app.server)
  guardConnections(app.server, limits, refusals.count)
  app.decorate('refusals', refusals)
  return app
}

export type AppOptions = {
  journal?: Journal | null
  connections?: Partial<ConnectionLimits>
  shedding?: Partial<SheddingLimits>
}

/** The whole server: the same one in production and in tests. Without a journal it refuses alerts while the database is away. */
export async function buildApp(
  deps: Deps,
  { journal = null, connections = {}, shedding = {} }: AppOptions = {},
): Promise<App> {
  const app = createApp(deps, { ...CONNECTION_LIMITS, ...connections })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  answerWithRequestId(app)
  demandHost(app)
  registerErrorHandler(app)
  measureRequests(app, deps.metrics)
  await shedLoad(app, { ...SHEDDING_LIMITS, ...shedding }, app.refusals.count)
  acceptEmptyBodies(app)
  await registerDocumentation(app, VERSION)
  await app.register(helmet, helmetOptions(deps))
  const ofPeople = { ...deps, db: deps.peopleDb }
  const auth = createAuth(ofPeople)
  registerAuthentication(app, ofPeople)
  metricsRoutes(app, deps.metrics)
  deps.metrics.watchDatabase(() => readFigures(deps.db, deps.clock.now()))
  if (journal) deps.metrics.watchJournal(journal)
  probeRoutes(app, { db: deps.db, journal, log: deps.log })
  peopleRoutes(app, ofPeople, auth)
  pushRoutes(app, ofPeople)
  auditRoutes(app, ofPeople)
  channelRoutes(app, ofPeople)
  onCallSlice(app, ofPeople)
  await replyRoutes(app, ofPeople)
  serviceRoutes(app, ofPeople)
  closeServiceRoutes(app, ofPeople)
  escalationRoutes(app, ofPeople)
  coverageRoutes(app, ofPeople)
  maintenanceRoutes(app, ofPeople)
  integrationRoutes(app, ofPeople)
  sentryConnectionRoutes(app, ofPeople)
  sentryUiSchemaRoutes(app, ofPeople)
  incidentRoutes(app, ofPeople)
  stormRoutes(app, ofPeople)
  pageRoutes(app, ofPeople)
  alertRoutes(app, deps, ofPeople, journal)
  liveRoutes(app, deps)
  await registerWebApp(app)
  return app
}

function alertRoutes(app: App, deps: Deps, ofPeople: Deps, journal: Journal | null): void {
  const directory = createDirectory(deps)
  app.addHook('onReady', () => directory.preload())
  app.addHook('onClose', async () => directory.close())
  const ingest = ingestOf(app, deps, journal)
  app.addHook('onClose', () => ingest.flush())
  const alerts = { ingest, directory }
  webhookRoutes(app, deps, alerts)
  eventsRoutes(app, deps, alerts)
  manualRoutes(app, ofPeople, alerts)
  deliveryRoutes(app, ofPeople, alerts)
  healthRoutes(app, ofPeople)
  sentryUiRoutes(app, ofPeople, alerts)
}

/** Long enough for a connection that was just lost, as the journal takes what needs longer. */
const PAUSES_BEFORE_JOURNAL_MS = [50, 150, 300]

function ingestOf(app: App, deps: Deps, journal: Journal | null): Ingest {
  if (!journal) return createIngest(deps)
  const ingest = createIngest(deps, new Patience(PAUSES_BEFORE_JOURNAL_MS))
  const persistent = withJournal(deps, ingest, journal)
  app.addHook('onClose', async () => {
    await persistent.stop()
    journal.close()
  })
  return persistent
}

/** Pages load nothing from other hosts. Mantine writes its styles into the page. */
const helmetOptions = ({ config }: Deps) => {
  const secure = publicUrlOf(config).startsWith('https:')
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        // The service worker that shows pages while the web app is closed.
        workerSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: secure,
    // Both only mean something on a secure origin, and browsers complain elsewhere.
    crossOriginOpenerPolicy: secure,
    originAgentCluster: secure,
  }
}
