/** Colours of curves, told apart in both themes and with the common kinds of colour blindness. */
const light = ['#4a4fd8', '#c2570c', '#0f766e', '#b4236b', '#5d7c0f', '#0369a1', '#8a3ffc', '#92400e']
const dark = ['#8f93ff', '#ff9d5c', '#3fd0c0', '#ff7ab2', '#b3d84c', '#58b8f5', '#c29bff', '#e0a96d']

export function curveColor(index: number, isDark: boolean): string {
  const colors = isDark ? dark : light
  return colors[index % colors.length]!
}

export interface ChartInk {
  axis: string
  grid: string
  font: string
}

/** What a canvas needs to know of the theme's style sheet. */
export function chartInk(isDark: boolean): ChartInk {
  const family = getComputedStyle(document.documentElement).getPropertyValue('--el-font-family')
  return {
    axis: isDark ? '#a3adba' : '#59626f',
    grid: isDark ? '#262c34' : '#eceff3',
    font: `11px ${family.trim() || 'sans-serif'}`,
  }
}
