/** Small curves of the training loss, which grow while runs are followed. */
import { shallowReactive } from 'vue'
import type { EngineEvent } from '../../../../main/contract/events.ts'
import { OVERVIEW_CURVE_POINTS, type CurvePoint } from '../../../../main/contract/overview.ts'

export class LossCurves {
  readonly #curves = shallowReactive(new Map<string, readonly CurvePoint[]>())

  of(run: string): readonly CurvePoint[] {
    return this.#curves.get(run) ?? []
  }

  /** Takes curves in place of all that were there. A run that has reported more since keeps its own. */
  replace(curves: Readonly<Record<string, readonly CurvePoint[]>>): void {
    for (const id of this.#curves.keys()) if (!Object.hasOwn(curves, id)) this.#curves.delete(id)
    for (const [id, points] of Object.entries(curves))
      if ((points.at(-1)?.step ?? -1) >= (this.of(id).at(-1)?.step ?? -1)) this.#curves.set(id, points)
  }

  /** Adds what a run reports. Where this has become too many points, some at even distances are kept. */
  take({ id, points }: Pick<Extract<EngineEvent, { kind: 'run' }>, 'id' | 'points'>): void {
    const before = this.of(id)
    const last = before.at(-1)?.step ?? -1
    const fresh = points
      .filter(({ series, step }) => series === 'train/loss' && step > last)
      .map(({ step, value }) => ({ step, value }))
    if (fresh.length === 0) return
    const all = [...before, ...fresh]
    this.#curves.set(id, all.length > 2 * OVERVIEW_CURVE_POINTS ? spread(all) : all)
  }
}

/** About as many points as an overview has, at even distances, with the first and the last. */
function spread(points: readonly CurvePoint[]): CurvePoint[] {
  const [first, last] = [points[0]!.step, points.at(-1)!.step]
  const distance = (last - first) / (OVERVIEW_CURVE_POINTS - 1)
  let next = first
  return points.filter(({ step }) => {
    if (step < next && step !== last) return false
    while (next <= step) next += distance
    return true
  })
}
