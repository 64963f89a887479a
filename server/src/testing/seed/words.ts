/** What goes wrong, as monitoring tools put it; `%s` is a name in somebody's code. The first ones are the most frequent. */
export const MESSAGES = [
  "TypeError: Cannot read properties of undefined (reading '%s')",
  'TimeoutError: %s did not answer within 30 seconds',
  'ConnectionError: %s refused the connection',
  "ValueError: invalid literal for %s: ''",
  'IntegrityError: duplicate key value violates unique constraint "%s"',
  'HTTPError: 502 Bad Gateway from %s',
  'OperationalError: deadlock detected while updating %s',
  "KeyError: '%s'",
  'Slow database query in %s',
  'MemoryError: %s was killed by the kernel',
  'PermissionError: access to %s denied',
  'JSONDecodeError: Expecting value in the answer of %s',
  'RateLimitExceeded: too many requests to %s',
  'AssertionError: %s is empty',
  'Consecutive HTTP errors in %s',
  'SSLError: certificate of %s has expired',
]

export const VERBS = [
  ...['load', 'save', 'parse', 'render', 'fetch', 'send', 'check', 'merge', 'sync', 'build'],
  ...['close', 'retry', 'charge', 'refund', 'import', 'export', 'resize', 'encode', 'index', 'lock'],
]
export const NOUNS = [
  ...[
    'Order',
    'Invoice',
    'Basket',
    'Customer',
    'Payment',
    'Address',
    'Product',
    'Session',
    'Token',
    'Report',
  ],
  ...['Image', 'Voucher', 'Shipment', 'Ticket', 'Account', 'Message', 'Webhook', 'Catalog', 'Price', 'Stock'],
  ...[
    'Review',
    'Return',
    'Supplier',
    'Warehouse',
    'Campaign',
    'Profile',
    'Upload',
    'Cache',
    'Queue',
    'Export',
  ],
]
export const PARTS = ['Total', 'Items', 'Batch', 'Page', 'State', 'Key', 'Limit', 'Rows', 'List', 'Header']

/** Where it happened. The first ones are the most frequent. */
export const PLACES = [
  ...['checkout', 'search', 'billing', 'catalog', 'login', 'warehouse', 'mailer', 'gateway', 'importer'],
  ...['scheduler', 'thumbnails', 'backoffice', 'recommendations', 'translations', 'archive', 'forecast'],
]

/** Where everything of the second service happens, and nothing of the others. */
export const PLACE_OF_SECOND = 'ledger'

/** In one of so many titles, and nowhere else. */
export const RARE_WORD = 'canary'
export const RARE_EVERY = 20_000
