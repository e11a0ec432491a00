import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { asErrorData, ask, isEngineAway, on } from '../../platform/engine.ts'
import { useReportedChanges } from '../../platform/reported-changes.ts'
import type {
  BenchmarkOptions,
  BenchmarkProgress,
  BenchmarkRequest,
  BenchmarkResult,
  BenchmarkSummary,
} from '../../../main/contract/benchmarks.ts'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { EngineEvent } from '../../../main/contract/events.ts'

type BenchmarksChanged = Extract<EngineEvent, { kind: 'changed'; what: 'benchmarks' }>

/** Holds the stored results, those that are shown in full, and the running benchmark. */
export const useBenchmarks = defineStore('benchmarks', () => {
  const options = shallowRef<BenchmarkOptions | null>(null)
  const list = shallowRef<BenchmarkSummary[]>([])
  const loaded = ref(false)
  const problem = shallowRef<ErrorData | null>(null)
  const progress = shallowRef<BenchmarkProgress | null>(null)
  const shown = shallowRef<BenchmarkResult[]>([])
  let wanted: string[] = []

  const reported = useReportedChanges(patch)

  const refresh = () => reported.read(readList)

  async function readList(): Promise<void> {
    try {
      const [choices, { results }, current] = await Promise.all([
        ask('benchmarks.options', {}),
        ask('benchmarks.list', {}),
        ask('benchmarks.current', {}),
      ])
      options.value = choices
      list.value = results
      progress.value = current.progress
      problem.value = null
      loaded.value = true
    } catch (thrown) {
      if (!isEngineAway(thrown)) problem.value = asErrorData(thrown)
    }
  }

  /** Loads the operations of these results, in this order. A result never changes, so each is loaded once. */
  async function show(ids: string[]): Promise<void> {
    wanted = ids
    const known = new Map(shown.value.map((result) => [result.id, result]))
    const missing = ids.filter((id) => !known.has(id))
    try {
      if (missing.length > 0) {
        const { results } = await ask('benchmarks.show', { ids: missing })
        for (const result of results) known.set(result.id, result)
      }
      if (wanted === ids) shown.value = ids.flatMap((id) => known.get(id) ?? [])
    } catch (thrown) {
      if (!isEngineAway(thrown)) problem.value = asErrorData(thrown)
    }
  }

  async function start(request: BenchmarkRequest): Promise<void> {
    progress.value = await ask('benchmarks.start', request)
  }

  async function cancel(): Promise<void> {
    if (progress.value) await ask('benchmarks.cancel', { benchmark: progress.value.benchmark })
  }

  async function remove(ids: string[]): Promise<void> {
    await ask('benchmarks.delete', { ids })
  }

  /** Newest first, as the database lists them. */
  function patch({ changed, removed }: BenchmarksChanged): void {
    const gone = new Set([...removed, ...changed.map(({ id }) => id)])
    list.value = [...list.value.filter(({ id }) => !gone.has(id)), ...changed].sort(
      (a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id),
    )
  }

  function listen(): () => void {
    const ends = [
      on('benchmark', (event) => (progress.value = event.progress)),
      on('changed', (event) => {
        if (event.what === 'benchmarks') reported.take(event)
      }),
      on('engineStarted', () => void refresh()),
    ]
    return () => ends.forEach((end) => end())
  }

  return { options, list, loaded, problem, progress, shown, refresh, show, start, cancel, remove, listen }
})
