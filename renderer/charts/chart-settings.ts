/** Remembers on this machine how curves are drawn, for all pages with curves. */
import { reactive, watch } from 'vue'
import { xModes, type XMode } from './x-axis.ts'

export interface ChartSettings {
  /** The share of the past in the moving average, from 0 to below 1. */
  smoothing: number
  logarithmic: boolean
  x: XMode
}

const KEY = 'charts'
export const MAX_SMOOTHING = 0.99

function remembered(): ChartSettings {
  const settings: ChartSettings = { smoothing: 0.6, logarithmic: false, x: 'step' }
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<ChartSettings>
    const smoothing = Number(stored.smoothing)
    if (smoothing >= 0 && smoothing <= MAX_SMOOTHING) settings.smoothing = smoothing
    if (stored.x && xModes.includes(stored.x)) settings.x = stored.x
    settings.logarithmic = stored.logarithmic === true
  } catch {
    // Text that is not these settings gives way to the defaults.
  }
  return settings
}

export const chartSettings = reactive(remembered())
watch(chartSettings, (settings) => localStorage.setItem(KEY, JSON.stringify(settings)))
