/** What other processes write to the workspace's database, told as if it had happened here. */
import type { StudioReader } from '../../db/index.ts'
import type { EngineEvent } from '../contract/events.ts'
import { isActive, type LogLine, type MetricPoint, type RunSummary } from '../contract/runs.ts'
import { summaryOf } from '../runs/summaries.ts'

/** Points, and lines, of one message. */
const PAGE = 5000

interface Position {
  point: number
  line: number
}

/** Looks whenever it is asked to; costs microseconds while nothing has changed. */
export class OthersChanges {
  readonly #database: StudioReader
  readonly #tell: (event: EngineEvent) => void
  /** How far each run of another process has been told. */
  readonly #told = new Map<string, Position>()
  /** null where not all was told of it. */
  #version: number | null
  #models: string

  constructor(database: StudioReader, tell: (event: EngineEvent) => void) {
    this.#database = database
    this.#tell = tell
    this.#version = database.dataVersion()
    this.#models = database.models.stamp()
    // What is there already, a window asks for itself.
    for (const { id } of this.#othersRuns()) {
      this.#told.set(id, { point: database.points.last(id), line: database.log.last(id) })
    }
  }

  look(): void {
    const version = this.#database.dataVersion()
    if (version === this.#version) return
    this.#version = version
    this.#tell({ kind: 'changed', what: 'runs' })
    // Documents are large, and a run that another process trains writes all the time.
    const models = this.#database.models.stamp()
    if (models !== this.#models) this.#tell({ kind: 'changed', what: 'models' })
    this.#models = models
    this.#tell({ kind: 'changed', what: 'benchmarks' })
    for (const { id, status, progress } of this.#othersRuns()) {
      const { points, lines, more } = this.#read(id)
      this.#tell({ kind: 'run', id, status, progress, points, lines })
      if (more) this.#version = null
      else if (!isActive(status)) this.#told.delete(id)
    }
  }

  /** Those that live, and once more those that have just ended. */
  #othersRuns(): RunSummary[] {
    const live = this.#database.runList.live().map(summaryOf)
    const ids = new Set(live.map(({ id }) => id))
    const ended = [...this.#told.keys()].filter((id) => !ids.has(id))
    const others = [...live, ...this.#database.runList.byId(ended).map(summaryOf)]
    return others.filter(({ ownedHere }) => !ownedHere)
  }

  /** What is new, at most as much as one message should carry; the rest is told at the next look. */
  #read(run: string): { points: MetricPoint[]; lines: LogLine[]; more: boolean } {
    const from = this.#told.get(run) ?? { point: 0, line: 0 }
    const points = this.#database.points.after(run, from.point, PAGE)
    const lines = this.#database.log.after(run, from.line, PAGE)
    this.#told.set(run, {
      point: points.at(-1)?.sequence ?? from.point,
      line: lines.at(-1)?.sequence ?? from.line,
    })
    return { points, lines, more: points.length === PAGE || lines.length === PAGE }
  }
}
