/** Decides which panels of the designer are open. What the user opens or closes is remembered. */
import { computed, onBeforeUnmount, onMounted, reactive, ref } from 'vue'

const KEY = 'designer.panels'
/** Narrower windows begin without the palette, or without both panels, so that some of the model can be seen. */
const ROOM_FOR_BOTH = 1150
const ROOM_FOR_ONE = 800

const names = ['palette', 'inspector', 'minimap', 'stepTime'] as const

export interface Panels {
  palette: boolean
  inspector: boolean
  minimap: boolean
  /** The row with the settings of the predicted time. */
  stepTime: boolean
}

export function usePanels(): Panels {
  const own = reactive(remembered())
  const width = ref(window.innerWidth)
  const measure = () => (width.value = window.innerWidth)
  onMounted(() => window.addEventListener('resize', measure))
  onBeforeUnmount(() => window.removeEventListener('resize', measure))
  const initial = computed((): Panels => ({
    palette: width.value >= ROOM_FOR_BOTH,
    inspector: width.value >= ROOM_FOR_ONE,
    minimap: true,
    stepTime: false,
  }))
  const shown = (name: keyof Panels) =>
    computed({
      get: () => own[name] ?? initial.value[name],
      set: (value) => {
        own[name] = value
        localStorage.setItem(KEY, JSON.stringify(own))
      },
    })
  return reactive({
    palette: shown('palette'),
    inspector: shown('inspector'),
    minimap: shown('minimap'),
    stepTime: shown('stepTime'),
  })
}

/** Gives what was stored and is valid. */
function remembered(): Partial<Panels> {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>
    const known = names.filter((name) => typeof stored[name] === 'boolean')
    return Object.fromEntries(known.map((name) => [name, stored[name]]))
  } catch {
    return {}
  }
}
