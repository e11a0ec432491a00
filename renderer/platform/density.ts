/** Whether tables, forms and pages are compact, as chosen in Settings. The class `compact` has the sizes (density.css). */
import { ref, watchEffect } from 'vue'

export const isCompact = ref(false)

export function startDensity(): void {
  watchEffect(() => document.documentElement.classList.toggle('compact', isCompact.value))
}

/** The height in pixels of the rows of a long table, which have to be known before they are drawn. */
export const rowHeight =
  (comfortable: number, compact: number): (() => number) =>
  () =>
    isCompact.value ? compact : comfortable
