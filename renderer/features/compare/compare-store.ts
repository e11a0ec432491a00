import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { asErrorData, ask, isEngineAway, on } from '../../platform/engine.ts'
import { isDark } from '../../platform/theme.ts'
import { curveColor, curveDash } from '../../charts/palette.ts'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { EngineEvent } from '../../../main/contract/events.ts'
import { isActive, type Comparison } from '../../../main/contract/runs.ts'
import { concernsRuns } from '../runs/shared/concerns-runs.ts'
import { followRuns } from '../runs/shared/followed-runs.ts'
import { RunCurves } from '../runs/shared/run-curves.ts'
import { RunColors } from './run-colors.ts'

/** Holds the compared runs: the engine's comparison of them, and their curves. */
export const useCompare = defineStore('compare', () => {
  const comparison = shallowRef<Comparison | null>(null)
  const problem = shallowRef<ErrorData | null>(null)
  const loading = ref(false)
  /** Counts the growth of curves. */
  const pointsVersion = ref(0)
  const colors = new RunColors()
  const curves = new Map<string, RunCurves>()
  let ids: string[] = []
  let question = 0

  const runs = computed(() => comparison.value?.runs ?? [])

  async function open(next: string[]): Promise<void> {
    ids = next
    followRuns('compare', ids)
    colors.assign(ids)
    for (const id of curves.keys()) if (!ids.includes(id)) curves.delete(id)
    if (ids.length < 2) comparison.value = null
    else await Promise.all([refresh(), ...ids.map(load)])
  }

  async function refresh(): Promise<void> {
    if (ids.length < 2) return
    const mine = ++question
    loading.value = true
    try {
      const answer = await ask('runs.compare', { ids })
      if (mine !== question) return
      comparison.value = answer
      problem.value = null
    } catch (thrown) {
      if (mine !== question || isEngineAway(thrown)) return
      comparison.value = null
      problem.value = asErrorData(thrown)
    } finally {
      if (mine === question) loading.value = false
    }
  }

  async function load(id: string): Promise<void> {
    let own = curves.get(id)
    if (!own) curves.set(id, (own = new RunCurves()))
    await own.load(id, () => ids.includes(id)).catch(() => undefined) // the comparison itself reports what is wrong
    pointsVersion.value++
  }

  /** Gives the stroke of the run's curves wherever they are drawn. */
  function strokeOf(id: string): { color: string; dash: readonly number[] } {
    const index = colors.indexOf(id)
    return { color: curveColor(index, isDark.value), dash: curveDash(index) }
  }

  function curvesOf(id: string): RunCurves {
    return curves.get(id) ?? new RunCurves()
  }

  function onRun(event: Extract<EngineEvent, { kind: 'run' }>): void {
    const own = curves.get(event.id)
    if (!own) return
    if (own.take(event.points)) pointsVersion.value++
    else void load(event.id)
    const epochEnded = event.points.some((point) => !point.series.startsWith('train/'))
    if (epochEnded || !isActive(event.status)) void refresh()
  }

  function listen(): () => void {
    const ends = [
      on('run', onRun),
      on('engineStarted', () => void open(ids)),
      on('changed', (event) => {
        if (event.what === 'runs' && concernsRuns(event, ids)) void refresh()
      }),
      () => followRuns('compare', []),
    ]
    return () => ends.forEach((end) => end())
  }

  return { comparison, runs, problem, loading, pointsVersion, strokeOf, curvesOf, open, refresh, listen }
})
