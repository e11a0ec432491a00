/** The pages of the list of runs around the rows in view. The engine filters, sorts and counts. */
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowReactive, shallowRef, watch } from 'vue'
import { StudioError, type ErrorData } from '../../../main/contract/errors.ts'
import type { EngineEvent } from '../../../main/contract/events.ts'
import { parseRunQuery } from '../../../main/contract/run-query.ts'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { asErrorData, ask, isEngineAway, on } from '../../platform/engine.ts'
import { useReportedChanges } from '../../platform/reported-changes.ts'
import { mayMove } from './may-move.ts'
import { nothingPicked } from './run-selection.ts'
import { rememberedSort, rememberSort } from './run-sort.ts'

type RunsChanged = Extract<EngineEvent, { kind: 'changed'; what: 'runs' }>

/** The number of rows of a page, and of pages that are kept on each side of those in view. */
const ROWS = 100
const KEPT_BESIDE = 2
/** The window waits this long before it asks again, so that one request covers several changes. */
const QUIET_MS = 200

export const useRunPages = defineStore('run-pages', () => {
  /** Kept while other pages of the app are shown, as the scroll position is. */
  const filter = ref('')
  const sort = ref(rememberedSort())
  const position = reactive({ scrollTop: 0, active: '' })
  const picked = shallowRef(nothingPicked)
  const matching = ref(0)
  const total = ref(0)
  const loaded = ref(false)
  const problem = shallowRef<ErrorData | null>(null)
  const pages = shallowReactive(new Map<number, RunSummary[]>())
  let view = { first: 0, end: ROWS }
  /** Counts the lists that were shown. Answers to requests for an earlier one are dropped. */
  let list = 0
  const asked = new Set<number>()

  /** The query in the field, or an empty one and the problem if it cannot be parsed. */
  const parsed = computed(() => {
    try {
      parseRunQuery(filter.value)
      return { query: filter.value, problem: '' }
    } catch (thrown) {
      if (!(thrown instanceof StudioError)) throw thrown
      return { query: '', problem: thrown.message }
    }
  })
  const query = computed(() => parsed.value.query)

  const rowAt = (index: number): RunSummary | undefined => pages.get(Math.floor(index / ROWS))?.[index % ROWS]

  /** Returns the index of a run, or -1 if no loaded page contains it. */
  function indexOf(id: string): number {
    for (const [page, runs] of pages) {
      const at = runs.findIndex((run) => run.id === id)
      if (at >= 0) return page * ROWS + at
    }
    return -1
  }

  /** Reads a page with as many requests as it needs, because an answer is shorter than requested if notes are long. */
  async function read(page: number): Promise<{ runs: RunSummary[]; total: number; matching: number }> {
    const runs: RunSummary[] = []
    for (;;) {
      const answer = await ask('runs.list', {
        query: query.value,
        sort: sort.value,
        offset: page * ROWS + runs.length,
        limit: ROWS - runs.length,
      })
      for (const run of answer.runs) runs.push(run)
      const end = Math.min(answer.matching, (page + 1) * ROWS)
      if (answer.runs.length === 0 || page * ROWS + runs.length >= end) return { ...answer, runs }
    }
  }

  async function load(page: number): Promise<void> {
    if (pages.has(page) || asked.has(page)) return
    asked.add(page)
    const mine = list
    try {
      const answer = await read(page)
      if (mine !== list) return
      pages.set(page, answer.runs)
      matching.value = answer.matching
      total.value = answer.total
    } catch (thrown) {
      if (mine === list && !isEngineAway(thrown)) problem.value = asErrorData(thrown)
    } finally {
      if (mine === list) asked.delete(page)
    }
  }

  /** Loads the rows from `first` to before `end`, and drops pages that are far away. */
  async function show(first: number, end: number): Promise<void> {
    view = { first, end }
    const [from, to] = [Math.floor(first / ROWS), Math.floor(Math.max(first, end - 1) / ROWS)]
    for (const page of pages.keys())
      if (page < from - KEPT_BESIDE || page > to + KEPT_BESIDE) pages.delete(page)
    await Promise.all(Array.from({ length: to - from + 1 }, (_, at) => load(from + at)))
  }

  /** Reads the rows in view again. They stay as they are until the answer is there. */
  const reported = useReportedChanges(onChanged)

  const refresh = () => reported.read(replacePages)

  async function replacePages(): Promise<void> {
    const mine = ++list
    asked.clear()
    try {
      const [from, to] = [
        Math.floor(view.first / ROWS),
        Math.floor(Math.max(view.first, view.end - 1) / ROWS),
      ]
      const answers = await Promise.all(Array.from({ length: to - from + 1 }, (_, at) => read(from + at)))
      if (mine !== list) return
      pages.clear()
      answers.forEach(({ runs }, at) => pages.set(from + at, runs))
      matching.value = answers[0]?.matching ?? 0
      total.value = answers[0]?.total ?? 0
      problem.value = null
      loaded.value = true
      // The list may have become shorter, and other rows may be in view by now.
      await show(Math.min(view.first, matching.value), Math.min(view.end, Math.max(matching.value, 1)))
    } catch (thrown) {
      if (mine === list && !isEngineAway(thrown)) problem.value = asErrorData(thrown)
    }
  }

  let waiting: ReturnType<typeof setTimeout> | null = null
  function refreshSoon(): void {
    waiting ??= setTimeout(() => {
      waiting = null
      void refresh()
    }, QUIET_MS)
  }

  /** Returns the ids from one row to another, including both. */
  async function idsBetween(from: number, to: number): Promise<string[]> {
    const [first, last] = from < to ? [from, to] : [to, from]
    const here = Array.from({ length: last - first + 1 }, (_, at) => rowAt(first + at)?.id)
    if (here.every((id) => id !== undefined)) return here
    const answer = await ask('runs.ids', {
      query: query.value,
      sort: sort.value,
      offset: first,
      limit: last - first + 1,
    })
    return answer.ids
  }

  function onChanged(event: RunsChanged): void {
    let stale = event.more || event.total !== total.value || event.removed.some((id) => indexOf(id) >= 0)
    for (const run of event.changed) {
      const index = indexOf(run.id)
      const before = index < 0 ? undefined : rowAt(index)
      stale ||= mayMove(before, run, { query: query.value, sort: sort.value })
      if (before)
        pages.set(Math.floor(index / ROWS), pages.get(Math.floor(index / ROWS))!.with(index % ROWS, run))
    }
    if (stale) refreshSoon()
  }

  /** Updates the list while the page is open. Returns the function that stops this. */
  function listen(): () => void {
    const ends = [
      on('changed', (event) => {
        if (event.what === 'runs') reported.take(event)
      }),
      on('engineStarted', () => void refresh()),
      watch([query, sort], () => void refresh()),
      watch(sort, rememberSort),
    ]
    return () => ends.forEach((end) => end())
  }

  return {
    filter,
    query,
    parsed,
    sort,
    position,
    picked,
    matching,
    total,
    loaded,
    problem,
    rowAt,
    indexOf,
    idsBetween,
    show,
    refresh,
    listen,
  }
})
