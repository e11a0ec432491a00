import { shallowRef } from 'vue'

/** Counts the calls, each of which opens the dialog. */
export const reportCalls = shallowRef(0)

/** Opens the problem report, from wherever something went wrong. */
export function openProblemReport(): void {
  reportCalls.value++
}
