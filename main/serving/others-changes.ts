/** What other processes write to the workspace's database, reported as if it had happened here. */
import type { StudioReader } from '../../db/index.ts'
import { listedBenchmark } from '../benchmark/results.ts'
import type { EngineEvent } from '../contract/events.ts'
import { isActive, type LogLine, type MetricPoint, type RunSummary } from '../contract/runs.ts'
import { ListDifference } from '../datasets/list-difference.ts'
import { summaryOf } from '../runs/summaries.ts'

/** The maximum number of points, and of log lines, in one message. */
const PAGE = 5000

interface Position {
  point: number
  line: number
}

/** Polls the database whenever it is asked to. That takes microseconds if nothing has changed. */
export class OthersChanges {
  readonly #database: StudioReader
  readonly #emit: (event: EngineEvent) => void
  readonly #models: ListDifference
  readonly #benchmarks: ListDifference
  /** How far each run of another process has been reported. */
  readonly #positions = new Map<string, Position>()
  /** null if not everything of it has been reported. */
  #version: number | null

  constructor(database: StudioReader, emit: (event: EngineEvent) => void) {
    this.#database = database
    this.#emit = emit
    this.#version = database.dataVersion()
    this.#models = new ListDifference(database.models.stamps())
    this.#benchmarks = new ListDifference(database.benchmarks.stamps())
    // A window asks by itself for what exists already.
    for (const { id } of this.#othersRuns()) {
      this.#positions.set(id, { point: database.points.last(id), line: database.log.last(id) })
    }
  }

  poll(): void {
    const version = this.#database.dataVersion()
    if (version === this.#version) return
    this.#version = version
    this.#pollModels()
    this.#pollBenchmarks()
    for (const { id, status, progress } of this.#othersRuns()) {
      const { points, lines, more } = this.#read(id)
      this.#emit({ kind: 'run', id, status, progress, points, lines })
      if (more) this.#version = null
      else if (!isActive(status)) this.#positions.delete(id)
    }
  }

  #pollModels(): void {
    const { models } = this.#database
    const stamps = models.stamps()
    const { changed, removed } = this.#models.next(stamps)
    if (changed.length + removed.length === 0) return
    const summaries = changed.flatMap((id) => models.summary(id) ?? [])
    this.#emit({
      kind: 'changed',
      what: 'models',
      changed: summaries,
      removed,
      total: stamps.size,
    })
  }

  #pollBenchmarks(): void {
    const { benchmarks } = this.#database
    const stamps = benchmarks.stamps()
    const { changed, removed } = this.#benchmarks.next(stamps)
    if (changed.length + removed.length === 0) return
    this.#emit({
      kind: 'changed',
      what: 'benchmarks',
      removed,
      total: stamps.size,
      changed: changed.map((id) => listedBenchmark(benchmarks.get(id))),
    })
  }

  /** The active runs, and once more those that have just ended. */
  #othersRuns(): RunSummary[] {
    const { runList } = this.#database
    const live = runList.live().map(summaryOf)
    const ids = new Set(live.map(({ id }) => id))
    const ended = [...this.#positions.keys()].filter((id) => !ids.has(id))
    const all = [...live, ...runList.byId(ended).map(summaryOf)]
    return all.filter(({ ownedHere }) => !ownedHere)
  }

  /** What is new, but no more than one message should carry. The rest is reported at the next poll. */
  #read(run: string): { points: MetricPoint[]; lines: LogLine[]; more: boolean } {
    const from = this.#positions.get(run) ?? { point: 0, line: 0 }
    const points = this.#database.points.after(run, from.point, PAGE)
    const lines = this.#database.log.after(run, from.line, PAGE)
    this.#positions.set(run, {
      point: points.at(-1)?.sequence ?? from.point,
      line: lines.at(-1)?.sequence ?? from.line,
    })
    return { points, lines, more: points.length === PAGE || lines.length === PAGE }
  }
}
