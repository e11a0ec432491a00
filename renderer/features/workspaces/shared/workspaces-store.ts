/** The workspaces that this person has opened. The shell knows their folders; the page acts on them by ids. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import {
  workspaceName,
  type KnownWorkspaces,
  type WorkspaceAction,
} from '../../../../main/contract/workspaces.ts'
import { useWorkspace } from '../../../platform/workspace-store.ts'

export const useWorkspaces = defineStore('workspaces', () => {
  const workspace = useWorkspace()
  const known = shallowRef<KnownWorkspaces>({ recent: [], missed: null })
  /** The name of this window's workspace; empty until the engine has answered. */
  const name = computed(() => (workspace.info ? workspaceName(workspace.info.path) : ''))
  const others = computed(() => known.value.recent.filter(({ current }) => !current))
  /** The one that should have been opened at the start and was not there. */
  const missed = computed(() => known.value.recent.find(({ id }) => id === known.value.missed) ?? null)

  async function refresh(): Promise<void> {
    known.value = await window.studio.workspaces()
  }

  /** Rejects with ErrorData. Another workspace comes in a window of its own; this one stays. */
  async function act(action: WorkspaceAction, id?: string): Promise<void> {
    try {
      await window.studio.workspaceAction(action, id)
    } finally {
      await refresh()
    }
  }

  /** Other windows change the list as well, so it is read again when this one gets the focus. */
  function listen(): () => void {
    const again = () => void refresh()
    window.addEventListener('focus', again)
    return () => window.removeEventListener('focus', again)
  }

  return { known, name, others, missed, refresh, act, listen }
})
