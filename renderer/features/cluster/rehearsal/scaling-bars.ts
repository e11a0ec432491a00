/** The curves of a rehearsal as stacked bars, one for each number of ranks, and as rows of a file. */
import type { RehearsedParts, RehearsedStep } from '../../../../main/contract/rehearsal.ts'
import { maximumOf } from '../../../../main/model/extremes.ts'

export const shortNames: Record<keyof RehearsedParts, string> = {
  computeMs: 'Computation',
  allToAllMs: 'All-to-all',
  allReduceMs: 'All-reduce',
  waitingMs: 'Waiting',
}

/** In the order of the stack, from below. */
export const rehearsedNames: Record<keyof RehearsedParts, string> = {
  computeMs: 'Computation',
  allToAllMs: 'All-to-all of pooled rows',
  allReduceMs: 'All-reduce of dense gradients',
  waitingMs: 'Waiting for a slower rank',
}
export const rehearsedParts = Object.keys(rehearsedNames) as (keyof RehearsedParts)[]

export interface Bar {
  step: RehearsedStep
  /** The left edge and the width, 0 to 1. */
  x: number
  width: number
  /** From the floor up, 0 to 1. */
  segments: { part: keyof RehearsedParts; from: number; height: number }[]
  /** Where the curve of efficiency passes, 0 to 1 of the height for `mostEfficiency`; null without the memory. */
  efficiency: number | null
}

/** The share of a bar's place that is left free. */
const GAP = 0.34

const possible = (steps: readonly RehearsedStep[]) => steps.filter(({ missingBytes }) => missingBytes === 0)

/** The largest efficiency that the axis has. */
export const mostEfficiency = (steps: readonly RehearsedStep[]): number =>
  Math.max(1, Math.ceil(2 * maximumOf(possible(steps).map(({ efficiency }) => efficiency)) - 0.02) / 2)

/** What the height of a bar stands for. */
export type BarScale = 'time' | 'share'

export function scalingBars(steps: readonly RehearsedStep[], scale: BarScale): Bar[] {
  const most = maximumOf(steps.map(({ stepMs }) => stepMs))
  const place = 1 / Math.max(1, steps.length)
  const top = mostEfficiency(steps)
  return steps.map((step, index) => {
    let from = 0
    const segments = rehearsedParts.map((part) => {
      const full = scale === 'time' ? most : step.stepMs
      const segment = { part, from, height: full > 0 ? step[part] / full : 0 }
      from += segment.height
      return segment
    })
    const x = (index + GAP / 2) * place
    return {
      step,
      x,
      width: (1 - GAP) * place,
      segments,
      efficiency: step.missingBytes > 0 ? null : step.efficiency / top,
    }
  })
}

export function scalingCsv(steps: readonly RehearsedStep[]): string {
  const columns = [
    'ranks',
    'hosts',
    'batchSize',
    'stepMs',
    ...rehearsedParts,
    'hiddenShare',
    'samplesPerSecond',
    'efficiency',
    'memoryBytes',
    'missingBytes',
  ] as const
  return [
    columns.join(','),
    ...steps.map((step) => columns.map((column) => step[column]).join(',')),
    '',
  ].join('\n')
}
