import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { net, protocol } from 'electron'
import { APP_SCHEME, appFile, isAppUrl } from './app-path.ts'
import { contentSecurityPolicy, developmentPolicy } from './content-security-policy.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
}

const headers = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
}

/** Must be called before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the files under `folder`, and nothing else, as the app's own scheme. */
export function serveApp(folder: string): void {
  protocol.handle(APP_SCHEME, async (request) => {
    const file = request.method === 'GET' ? appFile(request.url, folder) : null
    const type = file && types[extname(file)]
    if (!file || !type) return new Response('Not found', { status: 404, headers })
    try {
      const content = new Uint8Array(await readFile(file))
      return new Response(content, { headers: { ...headers, 'Content-Type': type } })
    } catch {
      return new Response('Not found', { status: 404, headers })
    }
  })
}

/** Like `serveApp`, but serves the files of the development server instead of those of a folder. */
export function serveFromDevelopmentServer(origin: string): void {
  const policy = { ...headers, 'Content-Security-Policy': developmentPolicy(origin) }
  protocol.handle(APP_SCHEME, async (request) => {
    if (request.method !== 'GET' || !isAppUrl(request.url)) {
      return new Response('Not found', { status: 404, headers: policy })
    }
    const { pathname, search } = new URL(request.url)
    const answer = await net.fetch(`${origin}${pathname}${search}`, { bypassCustomProtocolHandlers: true })
    const type = answer.headers.get('Content-Type') ?? 'application/octet-stream'
    return new Response(answer.body, { status: answer.status, headers: { ...policy, 'Content-Type': type } })
  })
}
