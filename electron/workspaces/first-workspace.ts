import { statSync } from 'node:fs'
import { recentWorkspaces } from '../../main/platform/recent-workspaces.ts'
import { defaultWorkspace, isWorkspace } from '../../main/platform/workspace.ts'
import { namedWorkspace } from '../workspace-argument.ts'

export interface FirstWorkspace {
  /** Undefined means the default one, whose window keeps its lock in Electron's own folder of this user. */
  path: string | undefined
  /** The id of the workspace that was used last, if it is no longer at its path. */
  missed: string | null
}

/**
 * The workspace that this process opens: the named one, otherwise the one whose window was used last, otherwise the
 * default one. A workspace that is not where it was is not created anew, because it may be on a disk that is not connected.
 */
export function firstWorkspace(
  argv: readonly string[],
  env: Record<string, string | undefined>,
): FirstWorkspace {
  const named = namedWorkspace(argv, env)
  if (named !== undefined) return { path: unlessDefault(named), missed: null }
  const [last] = recentWorkspaces()
  if (last === undefined || unlessDefault(last.path) === undefined) return { path: undefined, missed: null }
  return isThereNow(last.path) ? { path: last.path, missed: null } : { path: undefined, missed: last.id }
}

/** The default workspace has one window, whether it is named or not. */
const unlessDefault = (path: string): string | undefined => (isDefault(path) ? undefined : path)

function isDefault(path: string): boolean {
  const own = defaultWorkspace()
  if (path === own) return true
  try {
    const [a, b] = [path, own].map((each) => statSync(each, { bigint: true }))
    return a?.ino !== 0n && a?.ino === b?.ino && a?.dev === b?.dev
  } catch {
    return false
  }
}

function isThereNow(path: string): boolean {
  try {
    return isWorkspace(path)
  } catch {
    return false
  }
}
