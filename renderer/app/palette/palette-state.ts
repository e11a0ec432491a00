import { ref } from 'vue'

/** Counts how often the palette was asked for: each time it opens, whatever it was about to do. */
export const paletteCalls = ref(0)

export function openPalette(): void {
  paletteCalls.value++
}
