import type uPlot from 'uplot'
import { formatNumber } from '../platform/units.ts'
import { isSmoothed, type Curve } from './curves.ts'
import type { ChartInk } from './palette.ts'
import { formatX, timeSteps, type XMode } from './x-axis.ts'

/** The position of the crosshair in the data and in pixels within the whole plot. */
export interface ChartCursor {
  x: number
  y: number | null
  left: number
  top: number
  width: number
  height: number
}

export interface PlotStyle {
  width: number
  height: number
  smoothing: number
  logarithmic: boolean
  ink: ChartInk
  x: XMode
  /** The charts of a group share their cursor and zoom. */
  group: string
  onCursor: (cursor: ChartCursor | null) => void
  onZoom: (zoomed: boolean) => void
}

/** The distances of ticks on an axis of steps. They are whole, so that no two ticks have the same number. */
const wholeSteps = Array.from({ length: 13 }, (_, power) =>
  [1, 2, 2.5, 5].map((digit) => digit * 10 ** power),
)
  .flat()
  .filter(Number.isInteger)

/** Gives the options that uPlot needs to make a chart. The data follow by setData. */
export function plotOptions(curves: readonly Curve[], style: PlotStyle): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: style.ink.axis,
    font: style.ink.font,
    grid: { stroke: style.ink.grid, width: 1 },
    ticks: { show: false },
  }
  return {
    width: style.width,
    height: style.height,
    legend: { show: false },
    padding: [10, 16, 0, 0],
    cursor: {
      y: false,
      points: { size: 7 },
      drag: { x: true, y: false, dist: 6 },
      sync: { key: style.group, scales: ['x', null] },
    },
    scales: { x: { time: false }, y: { distr: style.logarithmic ? 3 : 1 } },
    axes: [
      {
        ...axis,
        size: 26,
        space: 70,
        ...(style.x === 'time' && { incrs: timeSteps }),
        ...(style.x === 'step' && { incrs: wholeSteps }),
        values: (_, ticks) => ticks.map((tick) => formatX(style.x, tick)),
      },
      {
        ...axis,
        size: 48,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : formatNumber(tick))),
      },
    ],
    series: [{}, ...curves.flatMap((curve) => seriesOf(curve, isSmoothed(curve, style.smoothing)))],
    hooks: {
      setCursor: [(plot) => style.onCursor(cursorOf(plot))],
      setScale: [
        ({ scales, data: [xs] }, key) => {
          const { min, max } = scales.x ?? {}
          if (key !== 'x' || min === undefined || max === undefined || xs.length < 2) return
          style.onZoom(min > xs[0]! || max < xs[xs.length - 1]!)
        },
      ],
    },
  }
}

function cursorOf(plot: uPlot): ChartCursor | null {
  const { idx, left = -1, top = -1 } = plot.cursor
  const x = idx === null || idx === undefined ? undefined : plot.data[0][idx]
  if (x === undefined || left < 0) return null
  // uPlot measures from the plotting area, inside the axes.
  const { offsetLeft, offsetTop } = plot.over
  return {
    x,
    y: top < 0 ? null : plot.posToVal(top, 'y'),
    left: offsetLeft + left,
    top: offsetTop + Math.max(0, top),
    width: plot.width,
    height: plot.height,
  }
}

function seriesOf(curve: Curve, smoothed: boolean): uPlot.Series[] {
  const series: uPlot.Series = {
    stroke: curve.color,
    width: 1.75,
    spanGaps: true,
    points: { show: curve.marked === true, size: 6, fill: curve.color },
    ...(curve.dash?.length && { dash: [...curve.dash] }),
  }
  return smoothed
    ? [{ ...series, width: 1, stroke: `${curve.color}4d`, dash: [], points: { show: false } }, series]
    : [series]
}
