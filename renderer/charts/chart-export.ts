/** Exports a chart: its values as CSV, and its picture with title and legend as PNG. */
import { csvField, harmlessText } from '../../main/contract/csv-field.ts'
import type { Curve } from './curves.ts'
import { chartInk } from './palette.ts'
import type { XMode } from './x-axis.ts'

const xHeaders: Record<XMode, string> = { step: 'step', epoch: 'epoch', time: 'milliseconds' }

/** Writes every point, neither smoothed nor thinned: a row for each x, with an empty field if a curve has no point. */
export function chartCsv(curves: readonly Curve[], x: XMode): string {
  const values = new Map<number, (number | undefined)[]>()
  curves.forEach((curve, column) => {
    curve.xs.forEach((x, index) => {
      const row = values.get(x) ?? []
      row[column] = curve.ys[index]
      values.set(x, row)
    })
  })
  const rows = [...values.entries()].sort(([a], [b]) => a - b)
  const fields = (row: readonly (number | undefined)[]) => curves.map((_, column) => row[column] ?? '')
  return [
    [xHeaders[x], ...curves.map(({ label }) => csvField(harmlessText(label)))].join(','),
    ...rows.map(([x, row]) => [x, ...fields(row)].join(',')),
    '',
  ].join('\n')
}

const EDGE = 16
const TITLE_HEIGHT = 28
const LINE_HEIGHT = 20
const SWATCH = 22

/** Draws what the chart shows now with its title above and its curves' names below. Returns a PNG as base64. */
export function chartPng(
  drawn: HTMLCanvasElement,
  { title, curves, isDark }: { title: string; curves: readonly Curve[]; isDark: boolean },
): string {
  const ratio = devicePixelRatio
  const [width, height] = [drawn.width / ratio, drawn.height / ratio]
  const legendTop = EDGE + TITLE_HEIGHT + height + EDGE / 2
  const canvas = document.createElement('canvas')
  canvas.width = Math.round((width + 2 * EDGE) * ratio)
  canvas.height = Math.round((legendTop + curves.length * LINE_HEIGHT + EDGE) * ratio)
  const paper = canvas.getContext('2d')
  if (!paper) throw new Error('The picture could not be drawn: close other windows to free memory.')
  const style = getComputedStyle(document.documentElement)
  const { font } = chartInk(isDark)
  paper.fillStyle = style.getPropertyValue('--surface')
  paper.fillRect(0, 0, canvas.width, canvas.height)
  paper.drawImage(drawn, EDGE * ratio, (EDGE + TITLE_HEIGHT) * ratio)
  paper.scale(ratio, ratio)
  paper.textBaseline = 'middle'
  paper.fillStyle = style.getPropertyValue('--text')
  paper.font = font.replace('11px', '600 14px')
  paper.fillText(title, EDGE, EDGE + 8, width)
  paper.font = font.replace('11px', '12px')
  paper.lineWidth = 2.5
  curves.forEach(({ label, color, dash }, index) => {
    const y = legendTop + (index + 0.5) * LINE_HEIGHT
    paper.strokeStyle = color
    paper.setLineDash([...(dash ?? [])])
    paper.beginPath()
    paper.moveTo(EDGE, y)
    paper.lineTo(EDGE + SWATCH, y)
    paper.stroke()
    paper.fillText(label, EDGE + SWATCH + 8, y, width - SWATCH - 8)
  })
  return canvas.toDataURL('image/png').replace('data:image/png;base64,', '')
}
