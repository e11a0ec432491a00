import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import { asErrorData, ask, isEngineAway, on } from '../../../platform/engine.ts'
import { useReportedChanges } from '../../../platform/reported-changes.ts'
import type { ErrorData } from '../../../../main/contract/errors.ts'
import type { EngineEvent } from '../../../../main/contract/events.ts'
import { isActive, type RunSummary } from '../../../../main/contract/runs.ts'

type RunEvent = Extract<EngineEvent, { kind: 'run' }>
type RunsChanged = Extract<EngineEvent, { kind: 'changed'; what: 'runs' }>

/** Holds the number of runs, and the active ones with what they report. All other runs stay in the engine. */
export const useRuns = defineStore('runs', () => {
  const total = ref(0)
  const loaded = ref(false)
  const problem = shallowRef<ErrorData | null>(null)
  const live = shallowReactive(new Map<string, RunSummary>())
  /** The active runs, the newest one first. */
  const active = computed(() => [...live.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)))
  /** The progress of a deletion of several runs. */
  const deleting = shallowRef<{ done: number; total: number } | null>(null)

  /** Returns the run with what it has reported since it was read. */
  function latest(run: RunSummary): RunSummary {
    return live.get(run.id) ?? run
  }

  const reported = useReportedChanges(patch)

  const refresh = () => reported.read(readLive)

  async function readLive(): Promise<void> {
    try {
      const answer = await ask('runs.live', {})
      live.clear()
      for (const run of answer.runs) live.set(run.id, run)
      total.value = answer.total
      problem.value = null
      loaded.value = true
    } catch (thrown) {
      if (!isEngineAway(thrown)) problem.value = asErrorData(thrown)
    }
  }

  function put(run: RunSummary): void {
    if (isActive(run.status)) live.set(run.id, run)
    else live.delete(run.id)
  }

  function patch(event: RunsChanged): void {
    event.changed.forEach(put)
    event.removed.forEach((id) => live.delete(id))
    total.value = event.total
  }

  function onRun(event: RunEvent): void {
    const before = live.get(event.id)
    if (!before) return
    const { status, progress } = event
    live.set(event.id, { ...before, status, progress })
  }

  function listen(): () => void {
    const ends = [
      on('run', onRun),
      on('changed', (event) => {
        if (event.what !== 'runs') return
        if (event.more) void refresh()
        else reported.take(event)
      }),
      on('engineStarted', () => void refresh()),
    ]
    return () => ends.forEach((end) => end())
  }

  return { total, loaded, problem, live, active, deleting, latest, refresh, listen }
})
