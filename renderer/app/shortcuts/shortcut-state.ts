import { ref } from 'vue'

/** Counts how often the list of shortcuts was asked for by something else than its key. */
export const shortcutCalls = ref(0)

export function openShortcuts(): void {
  shortcutCalls.value++
}
