/** The workspaces that a person has opened, as the shell tells the page about them. */

export interface KnownWorkspace {
  /** Stands for the workspace in actions. The page names no path. */
  id: string
  /** Only for display. */
  path: string
  /** ISO 8601. */
  openedAt: string
  /** Whether it is the one of this window. */
  current: boolean
  /** Whether it is still at its path. */
  found: boolean
}

export interface KnownWorkspaces {
  /** The one that was opened last first. */
  recent: KnownWorkspace[]
  /** The id of the workspace that should have been opened at the start and was not there, or null. */
  missed: string | null
}

/** open and create ask for a folder in the system's dialog. The others concern a known workspace. */
export const workspaceActions = ['open', 'create', 'openRecent', 'find', 'forget', 'reveal'] as const
export type WorkspaceAction = (typeof workspaceActions)[number]

/** The name of a workspace for people: that of its folder. The default one has a name of its own. */
export function workspaceName(path: string): string {
  const parts = path.split(/[\\/]/).filter(Boolean)
  const name = parts.at(-1) ?? path
  return name === 'workspace' && parts.at(-2) === 'DLRM Studio' ? 'My workspace' : name
}
