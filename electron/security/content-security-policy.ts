const directives = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
}

const written = (all: Record<string, string>): string =>
  Object.entries(all)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ')

/** Sent with every answer of the app's own scheme: only the app's own files run or are shown. */
export const contentSecurityPolicy = written(directives)

/** For Vite's server: its client inserts style elements, and receives changes over a socket to that server. */
export const developmentPolicy = (origin: string): string =>
  written({
    ...directives,
    'style-src': "'self' 'unsafe-inline'",
    'connect-src': `'self' ${origin} ${origin.replace(/^http/, 'ws')}`,
  })
