import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { Overview } from '../../../main/contract/overview.ts'
import { asErrorData, ask, isEngineAway, on } from '../../platform/engine.ts'
import { LossCurves } from '../runs/shared/loss-curves.ts'

/** Several changes that come together are answered by one request. */
const QUIET_MS = 300

/** Holds what the engine says for the home page, while the page is open. */
export const useOverview = defineStore('overview', () => {
  const overview = shallowRef<Overview | null>(null)
  const problem = shallowRef<ErrorData | null>(null)
  const curves = new LossCurves()
  let waiting: ReturnType<typeof setTimeout> | null = null

  async function refresh(): Promise<void> {
    try {
      const answer = await ask('workspace.overview', {})
      overview.value = answer
      curves.replace(answer.curves)
      problem.value = null
    } catch (thrown) {
      if (!isEngineAway(thrown)) problem.value = asErrorData(thrown)
    }
  }

  function refreshSoon(): void {
    waiting ??= setTimeout(() => {
      waiting = null
      void refresh()
    }, QUIET_MS)
  }

  function listen(): () => void {
    const ends = [
      on('run', curves.take.bind(curves)),
      on('changed', ({ what }) => {
        if (['runs', 'datasets', 'models', 'benchmarks'].includes(what)) refreshSoon()
      }),
      on('engineStarted', () => void refresh()),
    ]
    return () => {
      ends.forEach((end) => end())
      if (waiting !== null) clearTimeout(waiting)
      waiting = null
    }
  }

  return { overview, problem, curveOf: curves.of.bind(curves), refresh, listen }
})
