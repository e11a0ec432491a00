/** Which panels of the designer are in view; remembered from one time to the next. */
import { reactive, watch } from 'vue'

const KEY = 'designer.panels'
/** A narrower window begins without the palette, so that something of the model is seen. */
const ROOM_FOR_BOTH = 1150

const names = ['palette', 'inspector', 'minimap', 'stepTime'] as const

export interface Panels {
  palette: boolean
  inspector: boolean
  minimap: boolean
  /** The line with the settings of the predicted time. */
  stepTime: boolean
}

export function usePanels(): Panels {
  const own = remembered()
  const panels = reactive<Panels>({
    ...{ palette: window.innerWidth >= ROOM_FOR_BOTH, inspector: true, minimap: true, stepTime: false },
    ...own,
  })
  for (const name of names)
    watch(
      () => panels[name],
      (shown) => {
        // What was never changed by hand stays a matter of the window's width.
        own[name] = shown
        localStorage.setItem(KEY, JSON.stringify(own))
      },
    )
  return panels
}

/** Nothing where nothing was stored, or something else. */
function remembered(): Partial<Panels> {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>
    const known = names.filter((name) => typeof stored[name] === 'boolean')
    return Object.fromEntries(known.map((name) => [name, stored[name]]))
  } catch {
    return {}
  }
}
