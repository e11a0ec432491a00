import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowReactive, shallowRef } from 'vue'
import { asErrorData, ask, isEngineAway, on } from '../../../platform/engine.ts'
import type { ErrorData } from '../../../../main/contract/errors.ts'
import type { EngineEvent } from '../../../../main/contract/events.ts'
import { isActive, type RunSummary } from '../../../../main/contract/runs.ts'
import { isBetter } from '../../../../main/contract/training.ts'
import { appendAll } from '../../../../main/model/extremes.ts'

type RunEvent = Extract<EngineEvent, { kind: 'run' }>
/** What changes ten times a second. */
type LiveRun = Pick<RunSummary, 'status' | 'progress' | 'best' | 'last'>

/** Asking for the list takes at most this part of the time: ten thousand runs are many pages. */
const SHARE_OF_TIME = 1 / 10
const LONGEST_WAIT_MS = 10_000

/**
 * All runs of the workspace. The list is replaced as a whole and seldom; what runs tell of themselves in between lies
 * beside it, so that ten thousand rows are not sorted and filtered anew with each step.
 */
export const useRuns = defineStore('runs', () => {
  const list = shallowRef<RunSummary[]>([])
  const loaded = ref(false)
  /** The page's filter, selection and place, kept while other pages are shown. */
  const filter = ref('')
  const picked = shallowRef<ReadonlySet<string>>(new Set())
  const place = reactive({ scrollTop: 0, active: '' })
  /** While many are deleted. */
  const deleting = shallowRef<{ done: number; total: number } | null>(null)
  const problem = shallowRef<ErrorData | null>(null)
  const live = shallowReactive(new Map<string, LiveRun>())
  const active = computed(() => list.value.filter((run) => isActive(run.status)).map(latest))
  let asking = false
  let askAgain = false

  /** The run with what it has told since the list was asked for. */
  function latest(run: RunSummary): RunSummary {
    const told = live.get(run.id)
    return told ? { ...run, ...told } : run
  }

  /** Asks for the list; calls during an answer's way are merged into one more question. */
  async function refresh(): Promise<void> {
    if (asking) {
      askAgain = true
      return
    }
    asking = true
    const began = performance.now()
    try {
      list.value = await allPages()
      live.clear()
      problem.value = null
      loaded.value = true
    } catch (thrown) {
      if (!isEngineAway(thrown)) problem.value = asErrorData(thrown)
    }
    const wait = (performance.now() - began) * (1 / SHARE_OF_TIME - 1)
    window.setTimeout(askOnceMore, Math.min(LONGEST_WAIT_MS, wait))
  }

  function askOnceMore(): void {
    asking = false
    if (!askAgain) return
    askAgain = false
    void refresh()
  }

  /** A status that changed is worth asking for the whole line again. */
  function onRun(event: RunEvent): void {
    const known = list.value.find((run) => run.id === event.id)
    if (!known) return void refresh()
    const before = latest(known)
    live.set(event.id, {
      ...valuesAfter(before, event.points),
      status: event.status,
      progress: event.progress,
    })
    if (before.status !== event.status) void refresh()
  }

  /** Takes deleted runs out of the list at once; the engine's own word follows. */
  function forget(ids: ReadonlySet<string>): void {
    list.value = list.value.filter((run) => !ids.has(run.id))
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

  return { list, loaded, filter, picked, place, problem, active, deleting, latest, refresh, forget, listen }
})

async function allPages(): Promise<RunSummary[]> {
  const all: RunSummary[] = []
  for (;;) {
    const { runs, matching } = await ask('runs.list', { offset: all.length })
    appendAll(all, runs)
    if (runs.length === 0 || all.length >= matching) return all
  }
}

function valuesAfter(run: RunSummary, points: RunEvent['points']): Pick<RunSummary, 'best' | 'last'> {
  let { best, last } = run
  for (const { series, value } of points) {
    if (series !== `validation/${run.bestMetric}`) continue
    last = value
    if (best === null || isBetter(run.bestMetric, value, best)) best = value
  }
  return { best, last }
}
