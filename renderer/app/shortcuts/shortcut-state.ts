import { ref } from 'vue'

/** Counts how often something else than its key opened the list of shortcuts. */
export const shortcutCalls = ref(0)

export function openShortcuts(): void {
  shortcutCalls.value++
}
