/**
 * The colours of curves, which differ in both themes and for people with the common kinds of colour blindness (after
 * Okabe and Ito). There are no more than four such colours, so further curves repeat them with dashes.
 */
const light = ['#0064b4', '#c4500a', '#007a58', '#a8447f']
const dark = ['#5fb4f7', '#ff9150', '#35cf9f', '#f08fc4']
const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 4]]

export function curveColor(index: number, isDark: boolean): string {
  const colors = isDark ? dark : light
  return colors[index % colors.length]!
}

/** The lengths of strokes and gaps in pixels, or none for a solid stroke. */
export function curveDash(index: number): readonly number[] {
  return dashes[Math.floor(index / light.length) % dashes.length]!
}

export interface ChartInk {
  axis: string
  grid: string
  font: string
}

/** The values of the theme's style sheet that a canvas needs. */
export function chartInk(isDark: boolean): ChartInk {
  const family = getComputedStyle(document.documentElement).getPropertyValue('--el-font-family')
  return {
    axis: isDark ? '#a3adba' : '#59626f',
    grid: isDark ? '#262c34' : '#eceff3',
    font: `11px ${family.trim() || 'sans-serif'}`,
  }
}
