import type { Session } from 'electron'
import { APP_SCHEME } from './app-path.ts'
import { closeConnections } from './no-network.ts'

/** The schemes that a page of ours may load: its own, and those of the developer tools and inline images. */
const loadable = new Set([`${APP_SCHEME}:`, 'data:', 'blob:', 'devtools:'])

/** Refuses every permission, device, download and foreign address, except for that of a development server. */
export function hardenSession(session: Session, developmentServer: string | null): void {
  if (developmentServer === null) void closeConnections(session)
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest((details, decide) => {
    const url = URL.canParse(details.url) ? new URL(details.url) : null
    const allowed = url && (loadable.has(url.protocol) || isOf(developmentServer, url))
    decide({ cancel: !allowed })
  })
}

/** Its socket has the same host and port. */
const isOf = (server: string | null, { protocol, host }: URL): boolean =>
  server !== null && new URL(server).host === host && ['http:', 'ws:'].includes(protocol)
