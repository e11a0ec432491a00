/** The title of the window: the page, the workspace and the program. */
import { ref, watchEffect } from 'vue'
import { useWorkspaces } from '../features/workspaces/shared/workspaces-store.ts'

const page = ref('')

export function showTitle(title: string): void {
  page.value = title
}

/** Follows the page and the name of the workspace from now on. */
export function startTitle(): void {
  const workspaces = useWorkspaces()
  watchEffect(() => {
    document.title = [page.value, workspaces.name, 'DLRM Studio'].filter(Boolean).join(' – ')
  })
}
