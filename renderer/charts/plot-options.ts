import type uPlot from 'uplot'
import { formatCount, formatNumber } from '../ui/units.ts'
import type { Curve } from './curves.ts'
import type { ChartInk } from './palette.ts'

export interface PlotLook {
  width: number
  height: number
  smoothing: number
  logarithmic: boolean
  ink: ChartInk
  xLabel: string
  onCursor: (x: number | null) => void
}

/** Everything uPlot is told when a chart is made; data follow by setData. */
export function plotOptions(curves: readonly Curve[], look: PlotLook): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: look.ink.axis,
    font: look.ink.font,
    grid: { stroke: look.ink.grid, width: 1 },
    ticks: { show: false },
  }
  return {
    width: look.width,
    height: look.height,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    scales: { x: { time: false }, y: { distr: look.logarithmic ? 3 : 1 } },
    axes: [
      {
        ...axis,
        size: 40,
        label: look.xLabel,
        labelSize: 16,
        labelFont: look.ink.font,
        values: (_, ticks) => ticks.map(formatCount),
      },
      {
        ...axis,
        size: 58,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : formatNumber(tick))),
      },
    ],
    series: [{}, ...curves.flatMap((curve) => lines(curve, look.smoothing > 0))],
    hooks: {
      setCursor: [
        (plot) => {
          const index = plot.cursor.idx
          look.onCursor(index === null || index === undefined ? null : (plot.data[0][index] ?? null))
        },
      ],
    },
  }
}

function lines(curve: Curve, smoothed: boolean): uPlot.Series[] {
  const line: uPlot.Series = {
    stroke: curve.color,
    width: 1.75,
    spanGaps: true,
    points: { show: curve.marked === true && !smoothed, size: 6, fill: curve.color },
    ...(curve.dashed && { dash: [5, 4] }),
  }
  return smoothed
    ? [{ ...line, width: 1, stroke: `${curve.color}55`, points: { show: false } }, line]
    : [line]
}
