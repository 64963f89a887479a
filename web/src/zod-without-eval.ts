import { z } from 'zod'

// The server's Content-Security-Policy forbids programs made from text, which zod would otherwise try when the first
// schema is made; so this comes before all of them.
z.config({ jitless: true })
