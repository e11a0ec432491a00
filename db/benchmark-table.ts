import { benchmarkResult } from '../main/contract/benchmarks.ts'
import { StudioError } from '../main/contract/errors.ts'
import { isPlainName } from '../main/contract/plain-name.ts'
import { quoted } from '../main/contract/printable.ts'
import type { Connection } from './connection.ts'
import { freeId } from './dated-id.ts'
import { requireIntact, seal, intactColumn } from './row-checksums.ts'
import { storedAs, storedJson, unusable } from './row-problems.ts'
import type { BenchmarkRow, NewBenchmark } from './types.ts'

const COLUMNS = `id, created_at AS createdAt, origin, machine, report, ${intactColumn('benchmarks')}`

/** Benchmark results with the machine on which they were measured. */
export class BenchmarkTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** The new result's id is b-<date>-<four letters>. */
  add(benchmark: NewBenchmark): BenchmarkRow {
    return this.#connection.transaction(() => {
      const { createdAt, origin, machine, report } = benchmark
      const id = freeId(this.#connection, { table: 'benchmarks', prefix: 'b', createdAt })
      this.#connection.run(
        `INSERT INTO benchmarks (id, created_at, origin, machine, report)
         VALUES (:id, :createdAt, :origin, :machine, :report)`,
        { id, createdAt, origin, machine: JSON.stringify(machine), report: JSON.stringify(report) },
      )
      seal(this.#connection, 'benchmarks', 'id = :id', { id })
      return { id, ...benchmark }
    })
  }

  /** Whether the same measurement is already stored, measured here or imported. */
  has({ createdAt, machine, report }: NewBenchmark): boolean {
    const sql =
      'SELECT 1 FROM benchmarks WHERE created_at = :createdAt AND machine = :machine AND report = :report'
    const parameters = { createdAt, machine: JSON.stringify(machine), report: JSON.stringify(report) }
    return this.#connection.get(sql, parameters) !== undefined
  }

  /** The newest one comes first. */
  list(): BenchmarkRow[] {
    const { problems, file } = this.#connection
    const rows = this.#connection.all<Stored>(
      `SELECT ${COLUMNS} FROM benchmarks ORDER BY created_at DESC, id`,
    )
    return problems.readable(rows, (row) => toBenchmark(row, file))
  }

  /** The times of the results by id. A result never changes. */
  stamps(): Map<string, string> {
    const rows = this.#connection.all<{ id: string; made: string }>(
      'SELECT id, created_at AS made FROM benchmarks',
    )
    return new Map(rows.map(({ id, made }) => [id, made]))
  }

  count(): number {
    return this.#connection.get<{ count: number }>('SELECT count(*) AS count FROM benchmarks')?.count ?? 0
  }

  /** Throws NotFound. */
  get(id: string): BenchmarkRow {
    const row = this.#connection.get<Stored>(`SELECT ${COLUMNS} FROM benchmarks WHERE id = :id`, { id })
    if (!row) throw missing(id)
    return toBenchmark(row, this.#connection.file)
  }

  /** Throws NotFound. */
  remove(id: string): void {
    if (this.#connection.run('DELETE FROM benchmarks WHERE id = :id', { id }) === 0) throw missing(id)
  }
}

type Stored = Omit<BenchmarkRow, 'machine' | 'report'> & { machine: string; report: string; intact: number }

/** Throws Corrupt for a row that is damaged, or that no version writes. */
function toBenchmark({ machine, report, intact, ...row }: Stored, file: string): BenchmarkRow {
  if (!isPlainName(row.id)) throw unusable(`The benchmark ${quoted(row.id)}`, 'its id is no plain name', file)
  const what = `The benchmark ${quoted(row.id)}`
  requireIntact({ intact }, what, file)
  const json = { machine: storedJson(machine, what, file), report: storedJson(report, what, file) }
  return storedAs(benchmarkResult, { ...row, ...json }, what, file)
}

function missing(id: string): StudioError {
  return new StudioError('NotFound', `There is no benchmark result ${id}: it may have been deleted.`)
}
