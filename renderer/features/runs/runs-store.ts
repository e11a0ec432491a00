import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { asErrorData, ask, on } from '../../app/engine.ts'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { EngineEvent } from '../../../main/contract/events.ts'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { isBetter } from '../../../main/contract/training.ts'
import { isActive } from './run-status.ts'

type RunEvent = Extract<EngineEvent, { kind: 'run' }>

/** All runs of the workspace. The list is replaced as a whole, so that ten thousand runs need no deep watching. */
export const useRuns = defineStore('runs', () => {
  const list = shallowRef<RunSummary[]>([])
  const loaded = ref(false)
  /** What is in the page's filter field, kept while other pages are shown. */
  const filter = ref('')
  const problem = shallowRef<ErrorData | null>(null)
  const active = computed(() => list.value.filter((run) => isActive(run.status)))
  let asking = false
  let askAgain = false

  /** Asks for the list; calls during an answer's way are merged into one more question. */
  async function refresh(): Promise<void> {
    if (asking) {
      askAgain = true
      return
    }
    asking = true
    try {
      do {
        askAgain = false
        list.value = (await ask('runs.list', {})).runs
      } while (askAgain)
      problem.value = null
      loaded.value = true
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    } finally {
      asking = false
    }
  }

  /** Takes over what an event tells; a status that came to rest is worth asking for the whole line again. */
  function onRun(event: RunEvent): void {
    const index = list.value.findIndex((run) => run.id === event.id)
    const known = list.value[index]
    if (!known || (known.status !== event.status && !isActive(event.status))) {
      void refresh()
      return
    }
    const next = [...list.value]
    next[index] = withPoints({ ...known, status: event.status, progress: event.progress }, event.points)
    list.value = next
  }

  function listen(): () => void {
    const ends = [
      on('run', onRun),
      on('changed', (event) => {
        if (event.what === 'runs') void refresh()
      }),
      on('engineStarted', () => void refresh()),
    ]
    return () => ends.forEach((end) => end())
  }

  return { list, loaded, filter, problem, active, refresh, listen }
})

function withPoints(run: RunSummary, points: RunEvent['points']): RunSummary {
  const series = `validation/${run.bestMetric}`
  for (const { value } of points.filter((point) => point.series === series)) {
    run.last = value
    if (run.best === null || isBetter(run.bestMetric, value, run.best)) run.best = value
  }
  return run
}
