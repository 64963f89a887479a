import { type DemoAlert, issueHook, type SentryHook } from './demo-alerts.ts'

// A release that broke many things at once.

type Broken = [type: string, value: string, culprit: string, level: DemoAlert['level'], times?: number]

const BROKEN: Broken[] = [
  ['ImportWarning', 'stock.legacy is not a package any more', 'stock.legacy', 'info'],
  ['CacheMiss', 'no stock levels in cache-3 for 41 warehouses', 'stock.cache.get', 'warning'],
  [
    'ConnectionError',
    'Error 111 connecting to cache-3:6379. Connection refused.',
    'stock.cache.get',
    'error',
  ],
  ['KeyError', "'warehouse_id'", 'GET /v1/stock/{sku}', 'error', 14],
  [
    'TemplateSyntaxError',
    'unexpected end of template in mail/back_in_stock.txt',
    'stock.tasks.notify',
    'warning',
  ],
  [
    ...(['OperationalError', 'relation "stock_levels_v2" does not exist'] as const),
    ...(['POST /v1/reservations', 'fatal', 9] as const),
  ],
  ['ValidationError', '"quantity" must be at least 0, got -4', 'POST /v1/adjustments', 'error', 3],
  ['SlowRequest', 'GET /v1/stock took 4,210 ms', 'GET /v1/stock', 'warning', 22],
  ['AttributeError', "'NoneType' object has no attribute 'supplier'", 'stock.reorder.plan', 'error', 2],
  ['JSONDecodeError', 'Expecting value: line 1 column 1 (char 0)', 'stock.suppliers.poll', 'error'],
  ['DeprecationWarning', 'naive datetime in stock.audit.write', 'stock.audit.write', 'info', 5],
  ['TypeError', "unsupported operand type(s) for -: 'str' and 'int'", 'stock.levels.reserve', 'error', 6],
  ['LockTimeout', 'could not obtain lock on row in relation "stock_moves"', 'stock.moves.book', 'warning', 2],
  ['FileNotFoundError', '/etc/stock/rules.d/discontinued.yaml', 'stock.rules.load', 'error'],
  [
    'ConnectionResetError',
    'supplier-gateway.example reset the connection',
    'stock.suppliers.order',
    'error',
    4,
  ],
]

const alertOf = ([type, value, culprit, level]: Broken, index: number): DemoAlert => ({
  ...{ issue: 4513300 + index * 17, project: 'stock-api', type, value, culprit, level },
  frame: { file: 'stock/app.py', function: 'handle', line: 40 + index, context: 'return handler(request)' },
  ...{ release: 'stock-api@2026.11.9', rule: 'New error after a release' },
})

/** What Sentry sends within a few seconds: each problem as it is new, then the repeats. */
export function storm(at: Date): SentryHook[] {
  const hooks = BROKEN.map((broken, index) => issueHook(alertOf(broken, index), 'created', at))
  const repeats = BROKEN.flatMap((broken, index) =>
    Array.from({ length: (broken[4] ?? 1) - 1 }, () => issueHook(alertOf(broken, index), 'unresolved', at)),
  )
  return [...hooks, ...repeats]
}

/** The first problems, which have incidents of their own, and one that the storm has folded. */
export const calmedDown = (at: Date): SentryHook[] =>
  [0, 1, 2, 9].map((index) => issueHook(alertOf(BROKEN[index]!, index), 'resolved', at))
