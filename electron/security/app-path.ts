import { join } from 'node:path'

export const APP_SCHEME = 'studio'
export const APP_HOST = 'app'
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/index.html`

/** Whether a URL is one of the app's own pages. */
export function isAppUrl(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, host } = new URL(url)
  return protocol === `${APP_SCHEME}:` && host === APP_HOST
}

/** Whether a URL is the app's one page, at any position within it. */
export function isAppPage(url: string): boolean {
  return isAppUrl(url) && new URL(url).pathname === new URL(APP_URL).pathname
}

/**
 * The file under `folder` that a URL of the app's scheme refers to; null for another host or a path that leaves the
 * folder.
 */
export function appFile(url: string, folder: string): string | null {
  if (!isAppUrl(url)) return null
  let path: string
  try {
    path = decodeURIComponent(new URL(url).pathname)
  } catch {
    return null
  }
  const segments = path.split('/').filter((segment) => segment !== '')
  // Backslashes and drive letters have a meaning only on Windows, and no file of the app contains one.
  const outside = segments.some((segment) => segment === '..' || /[\\:\0]/.test(segment))
  if (outside) return null
  return join(folder, ...(segments.length > 0 ? segments : ['index.html']))
}
