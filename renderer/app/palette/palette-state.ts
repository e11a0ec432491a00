import { ref } from 'vue'

export const paletteOpen = ref(false)
