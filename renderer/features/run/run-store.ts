import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { asErrorData, ask, isEngineAway, on } from '../../platform/engine.ts'
import type { SeriesBuffer } from '../../charts/series-buffer.ts'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { EngineEvent } from '../../../main/contract/events.ts'
import { isActive, type LogLine, type RunDetail } from '../../../main/contract/runs.ts'
import { concernsRuns } from '../runs/shared/concerns-runs.ts'
import { followRuns } from '../runs/shared/followed-runs.ts'
import { RunCurves } from '../runs/shared/run-curves.ts'

const LINES_AT_ONCE = 2_000

/** Holds the run on screen: its details, its curves, which grow in place while pointsVersion counts, and its log. */
export const useRun = defineStore('run', () => {
  const run = shallowRef<RunDetail | null>(null)
  const problem = shallowRef<ErrorData | null>(null)
  const log = shallowRef<LogLine[]>([])
  const pointsVersion = ref(0)
  let curves = new RunCurves()
  let id = ''
  let lastLine = 0
  let filling: Promise<void> | null = null
  let stale = false

  function curve(name: string): SeriesBuffer {
    return curves.curve(name)
  }

  function takeLines(lines: readonly LogLine[], gapsAllowed: boolean): boolean {
    const fresh = lines.filter((line) => line.sequence > lastLine)
    const first = fresh[0]
    if (!first) return true
    if (!gapsAllowed && first.sequence > lastLine + 1) return false
    lastLine = fresh[fresh.length - 1]!.sequence
    log.value = [...log.value, ...fresh]
    return true
  }

  /** Asks for all points and log lines after the last ones received. */
  function fill(): Promise<void> {
    stale = true
    if (filling) return filling
    const mine = fillOnce().finally(() => {
      if (filling === mine) filling = null
    })
    filling = mine
    return mine
  }

  async function fillOnce(): Promise<void> {
    const asked = id
    while (stale && asked === id) {
      stale = false
      await curves.load(asked, () => asked === id)
      pointsVersion.value++
      for (let more = true; more && asked === id;) {
        const answer = await ask('runs.log', { id: asked, after: lastLine, limit: LINES_AT_ONCE })
        if (asked === id) takeLines(answer.lines, true)
        more = answer.more
      }
    }
  }

  async function refresh(): Promise<void> {
    const asked = id
    try {
      const answer = await ask('runs.show', { id: asked })
      if (asked === id) run.value = answer
      if (asked === id) problem.value = null
    } catch (thrown) {
      if (asked === id) report(thrown)
    }
  }

  async function open(next: string): Promise<void> {
    id = next
    followRuns('run', [id])
    run.value = null
    problem.value = null
    log.value = []
    curves = new RunCurves()
    lastLine = 0
    filling = null
    pointsVersion.value++
    await refresh()
    if (id === next && run.value !== null) await fill().catch(report)
  }

  function report(thrown: unknown): void {
    if (!isEngineAway(thrown)) problem.value = asErrorData(thrown)
  }

  function onRun(event: Extract<EngineEvent, { kind: 'run' }>): void {
    if (event.id !== id || !run.value) return
    const settled = run.value.status !== event.status && !isActive(event.status)
    const epochEnded = event.points.some((point) => point.series.startsWith('validation/'))
    run.value = { ...run.value, status: event.status, progress: event.progress }
    const complete = filling === null && curves.take(event.points) && takeLines(event.lines, false)
    if (event.points.length > 0) pointsVersion.value++
    if (!complete) void fill().catch(report)
    if (settled || epochEnded) void refresh()
  }

  async function askAgain(): Promise<void> {
    await Promise.all([refresh(), fill().catch(report)])
  }

  function listen(): () => void {
    const ends = [
      on('run', onRun),
      on('changed', (event) => {
        if (event.what === 'runs' && concernsRuns(event, [id])) void askAgain()
      }),
      on('engineStarted', () => {
        followRuns('run', [id])
        void askAgain()
      }),
      () => followRuns('run', []),
    ]
    return () => ends.forEach((end) => end())
  }

  return { run, problem, log, pointsVersion, curve, refresh, open, listen }
})
