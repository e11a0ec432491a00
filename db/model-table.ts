import { randomUUID } from 'node:crypto'
import { StudioError } from '../main/contract/errors.ts'
import type { ModelDocument } from '../main/model/document.ts'
import type { Connection } from './connection.ts'
import type { SavedModelRow } from './types.ts'

const COLUMNS = 'id, name, updated_at AS updatedAt, document'

/** Saved model documents. Runs keep copies of theirs, so that editing or deleting a model changes no run. */
export class ModelTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Saves a new document (id null), or replaces one; NotFound where that was deleted. */
  save(id: string | null, document: ModelDocument): SavedModelRow {
    const row = {
      id: id ?? randomUUID(),
      name: document.name,
      updatedAt: new Date().toISOString(),
      document: JSON.stringify(document),
    }
    const sql =
      id === null
        ? 'INSERT INTO models (id, name, updated_at, document) VALUES (:id, :name, :updatedAt, :document)'
        : 'UPDATE models SET name = :name, updated_at = :updatedAt, document = :document WHERE id = :id'
    if (this.#connection.run(sql, row) === 0) throw missing(row.id)
    return { ...row, document }
  }

  /** Last changed first. */
  list(): SavedModelRow[] {
    return this.#connection
      .all<Stored>(`SELECT ${COLUMNS} FROM models ORDER BY updated_at DESC, id`)
      .map(toModel)
  }

  /** Throws NotFound. */
  get(id: string): SavedModelRow {
    const row = this.#connection.get<Stored>(`SELECT ${COLUMNS} FROM models WHERE id = :id`, { id })
    if (!row) throw missing(id)
    return toModel(row)
  }

  /** Throws NotFound. */
  remove(id: string): void {
    if (this.#connection.run('DELETE FROM models WHERE id = :id', { id }) === 0) throw missing(id)
  }
}

type Stored = Omit<SavedModelRow, 'document'> & { document: string }

function toModel(row: Stored): SavedModelRow {
  return { ...row, document: JSON.parse(row.document) as ModelDocument }
}

function missing(id: string): StudioError {
  return new StudioError('NotFound', `There is no saved model ${id}: it may have been deleted meanwhile.`)
}
