/** Whether the page has the window to itself, without navigation and status bar. Only a page that offers it turns it on. */
import { ref } from 'vue'

export const focusMode = ref(false)
