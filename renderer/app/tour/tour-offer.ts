import { computed, ref } from 'vue'
import { useSettings } from '../../platform/settings-store.ts'

/** Even where the settings cannot be written, nobody is asked twice in a session. */
const answered = ref(false)

/** Whether the tour is offered, and what notes that it was taken, left or declined, for all workspaces. */
export function useTourOffer() {
  const settings = useSettings()
  const offered = computed(() => settings.loaded && settings.person.offerTour && !answered.value)

  function remember(): void {
    answered.value = true
    if (settings.person.offerTour) settings.changePerson({ offerTour: false }).catch(() => undefined)
  }

  return { offered, remember }
}
