import { randomUUID } from 'node:crypto'
import { StudioError } from '../main/contract/errors.ts'
import { modelDocument, type ModelDocument } from '../main/model/document.ts'
import { quoted } from '../main/contract/printable.ts'
import type { Connection } from './connection.ts'
import { requireIntact, seal, intactColumn } from './row-checksums.ts'
import { storedAs, storedJson } from './row-problems.ts'
import { inTrash } from './trash-table.ts'
import type { ModelVersionRow } from './types.ts'

const COLUMNS = 'id, model, name, created_at AS createdAt'

/** Named versions of saved models. They are deleted with their model. */
export class VersionTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Stores a document as a version of a saved model. Several may have the same name. Throws NotFound. */
  add(model: string, name: string, document: ModelDocument): ModelVersionRow {
    const row = { id: randomUUID(), model, name, createdAt: new Date().toISOString() }
    if (
      !this.#connection.get(
        `SELECT 1 FROM models WHERE id = :model AND NOT ${inTrash('model', 'models.id')}`,
        { model },
      )
    )
      throw new StudioError(
        'NotFound',
        `There is no saved model ${model}: it may have been deleted meanwhile.`,
      )
    this.#connection.run(
      `INSERT INTO model_versions (id, model, name, created_at, document)
       VALUES (:id, :model, :name, :createdAt, :document)`,
      { ...row, document: JSON.stringify(document) },
    )
    seal(this.#connection, 'model_versions', 'id = :id', { id: row.id })
    return row
  }

  /** The newest `limit` versions, the newest one first, without their documents. */
  list(model: string, limit: number): ModelVersionRow[] {
    const sql = `SELECT ${COLUMNS}, ${intactColumn('model_versions')} FROM model_versions
      WHERE model = :model ORDER BY created_at DESC, id LIMIT :limit`
    const { problems, file } = this.#connection
    return problems.readable(
      this.#connection.all<ModelVersionRow & { intact: number }>(sql, { model, limit }),
      ({ intact, ...row }) => {
        requireIntact({ intact }, `The version ${quoted(row.name)} of model ${quoted(model)}`, file)
        return row
      },
    )
  }

  /** Throws NotFound. */
  get(id: string): ModelVersionRow & { document: ModelDocument } {
    const row = this.#connection.get<ModelVersionRow & { document: string; intact: number }>(
      `SELECT ${COLUMNS}, document, ${intactColumn('model_versions')} FROM model_versions WHERE id = :id`,
      { id },
    )
    if (!row) throw missing()
    const { intact, document, ...rest } = row
    const what = `The version ${quoted(row.name)}`
    const { file } = this.#connection
    requireIntact({ intact }, what, file)
    return { ...rest, document: storedAs(modelDocument, storedJson(document, what, file), what, file) }
  }

  /** Throws NotFound. */
  rename(id: string, name: string): void {
    const sql = 'UPDATE model_versions SET name = :name WHERE id = :id'
    if (this.#connection.run(sql, { id, name }) === 0) throw missing()
    seal(this.#connection, 'model_versions', 'id = :id', { id })
  }

  /** Throws NotFound. */
  remove(id: string): void {
    if (this.#connection.run('DELETE FROM model_versions WHERE id = :id', { id }) === 0) throw missing()
  }
}

const missing = () => new StudioError('NotFound', 'This version no longer exists.')
