import { StudioError } from '../main/contract/errors.ts'
import { quoted } from '../main/contract/printable.ts'
import type { Connection } from './connection.ts'
import { ifIntact, intact, intactColumn, requireIntact, seal } from './row-checksums.ts'

/** What the database keeps in the trash. Datasets are folders, and have a trash on the disk. */
export type TrashedKind = 'run' | 'model'

export interface TrashedRow {
  kind: TrashedKind
  id: string
  name: string
  /** ISO 8601. */
  deletedAt: string
  /** Of a model's documents, edits and versions; 0 for a run, whose checkpoints are files. */
  bytes: number
}

/** For a condition: whether the run or model whose id is this column is in the trash. */
export const inTrash = (kind: TrashedKind, id: string): string =>
  `EXISTS (SELECT 1 FROM trashed WHERE kind = '${kind}' AND trashed.id = ${id} AND ${intact('trashed')})`

/** Throws NotFound for a run in the trash, with the way out. */
export function requireKept(connection: Connection, run: string): void {
  const sql = `SELECT 1 FROM trashed WHERE kind = 'run' AND id = :run AND ${intact('trashed')}`
  if (!connection.get(sql, { run })) return
  throw new StudioError('NotFound', `Run ${run} is in the trash: restore it first.`)
}

/**
 * The ids of everything of a kind that is in the trash. An entry that is damaged hides nothing, and is named among the
 * connection's problems.
 */
export function trashedIds(connection: Connection, kind: TrashedKind): string[] {
  const rows = connection.all<{ id: string; intact: number }>(
    `SELECT id, ${intactColumn('trashed')} FROM trashed WHERE kind = :kind`,
    { kind },
  )
  return connection.problems.readable(rows, ({ id, intact: whole }) => {
    requireIntact({ intact: whole }, `The entry ${quoted(id)} of the trash`, connection.file)
    return id
  })
}

/** Name and size of an entry, by kind. */
const ABOUT: Record<TrashedKind, string> = {
  run: `SELECT ${ifIntact('runs', 'name')} AS name, 0 AS bytes FROM runs WHERE id = :id`,
  model: `SELECT ${ifIntact('models', 'name')} AS name, octet_length(document)
      + (SELECT coalesce(sum(octet_length(forward) + octet_length(backward)), 0) FROM model_edits WHERE model = :id)
      + (SELECT coalesce(sum(octet_length(document)), 0) FROM model_versions WHERE model = :id) AS bytes
    FROM models WHERE id = :id`,
}

/** The trash of runs and models, whose rows stay where they are and are in no list. */
export class TrashTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Moves a run or a model to the trash. The caller has found that it exists and is not active. */
  add(kind: TrashedKind, id: string): void {
    const deletedAt = new Date().toISOString()
    this.#connection.transaction(() => {
      this.#connection.run(
        'INSERT INTO trashed (kind, id, deleted_at) VALUES (:kind, :id, :deletedAt) ON CONFLICT DO NOTHING',
        { kind, id, deletedAt },
      )
      seal(this.#connection, 'trashed', 'kind = :kind AND id = :id', { kind, id })
    })
  }

  /** Moves it back. Throws NotFound if it is not in the trash. */
  takeBack(kind: TrashedKind, id: string): void {
    const sql = 'DELETE FROM trashed WHERE kind = :kind AND id = :id'
    if (this.#connection.run(sql, { kind, id }) > 0) return
    throw new StudioError(
      'NotFound',
      `${quoted(id)} is not in the trash: it may have been restored or deleted.`,
    )
  }

  has(kind: TrashedKind, id: string): boolean {
    return trashedIds(this.#connection, kind).includes(id)
  }

  /** The last deleted one comes first. An entry without its run or model, which nothing writes, is left out. */
  list(): TrashedRow[] {
    const found = (['run', 'model'] as const).flatMap((kind) =>
      trashedIds(this.#connection, kind).flatMap((id): TrashedRow[] => {
        const entry = this.#connection.get<{ deletedAt: string }>(
          'SELECT deleted_at AS deletedAt FROM trashed WHERE kind = :kind AND id = :id',
          { kind, id },
        )
        const about = this.#connection.get<{ name: string; bytes: number }>(ABOUT[kind], { id })
        return entry && about ? [{ kind, id, ...entry, ...about }] : []
      }),
    )
    return found.toSorted((a, b) => b.deletedAt.localeCompare(a.deletedAt))
  }
}
