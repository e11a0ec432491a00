import { shell } from 'electron'
import { isAllowedLink } from './external-links.ts'

/** Opens an allowed address in the system's browser. Returns false if it is not allowed or nothing opened it. */
export async function openLink(url: string): Promise<boolean> {
  if (!isAllowedLink(url)) return false
  try {
    await shell.openExternal(url)
    return true
  } catch {
    return false
  }
}
