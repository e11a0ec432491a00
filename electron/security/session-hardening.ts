import type { Session } from 'electron'
import { APP_SCHEME } from './app-path.ts'

/** Schemes a page of ours may load: its own, and what the developer tools and inline images need. */
const loadable = new Set([`${APP_SCHEME}:`, 'data:', 'blob:', 'devtools:'])

/** Refuses every permission, device, download and foreign address. */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest((details, decide) => {
    const allowed = URL.canParse(details.url) && loadable.has(new URL(details.url).protocol)
    decide({ cancel: !allowed })
  })
}
