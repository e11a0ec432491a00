import { randomUUID } from 'node:crypto'
import { StudioError } from '../main/contract/errors.ts'
import type { ModelEdit, ModelSummary, SavedModel, UndoState } from '../main/contract/models.ts'
import { isPlainName } from '../main/contract/plain-name.ts'
import { quoted } from '../main/contract/printable.ts'
import { modelDocument, type ModelDocument } from '../main/model/document.ts'
import {
  applyPatch,
  difference,
  documentPatch,
  isEmpty,
  MAX_EDIT_NAME,
  type DocumentPatch,
} from '../main/model/editing/patch.ts'
import { appendAll } from '../main/model/extremes.ts'
import { MAX_NAME_LENGTH } from '../main/model/kinds/schema.ts'
import type { Connection, Parameters } from './connection.ts'
import { inTrash, trashedIds } from './trash-table.ts'
import { ifIntact, requireIntact, seal, intactColumn } from './row-checksums.ts'
import { storedAs, storedJson, unusable } from './row-problems.ts'
import type { NewEdit } from './types.ts'

// A database from somebody else could contain longer names than the contract allows.
const MODEL_NAME = `substr(name, 1, ${MAX_NAME_LENGTH})`
const EDIT_NAME = `substr(${ifIntact('model_edits', 'name')}, 1, ${MAX_EDIT_NAME})`
const KEPT = `NOT ${inTrash('model', 'models.id')}`
const COLUMNS = `id, name, updated_at AS updatedAt, document, ${intactColumn('models')}`

/** Saved model documents. Those in the trash are found by nothing but `remove`. A run has its own copy of its model, so that editing or deleting a model changes no run. */
export class ModelTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Saves a new document if the id is null; otherwise replaces one by an edit that can be undone. Throws NotFound if it was
   * deleted.
   */
  save(id: string | null, document: ModelDocument): SavedModel {
    if (id !== null) return this.#replace(id, document)
    const row = {
      id: randomUUID(),
      name: document.name,
      updatedAt: new Date().toISOString(),
      document: JSON.stringify(document),
    }
    this.#connection.run(
      `INSERT INTO models (id, name, updated_at, document, checksum)
       VALUES (:id, :name, :updatedAt, :document, row_checksum(:id, :name, :updatedAt, :document, 0))`,
      row,
    )
    return { ...row, document }
  }

  /** The only saved model with this document, or null if there is none or more than one. */
  idOf(document: ModelDocument): string | null {
    const parameters = { name: document.name, document: JSON.stringify(document) }
    const sql = `SELECT id FROM models WHERE name = :name AND document = :document AND ${KEPT} LIMIT 2`
    const [first, ...others] = this.#connection.all<{ id: string }>(sql, parameters)
    return first && others.length === 0 ? first.id : null
  }

  /**
   * Stores an edit with its name and deletes the edits that were undone before it. Throws NotFound, and InvalidState unless
   * exactly `after` edits are in effect, because another window has then changed the model.
   */
  edit(id: string, { after, name, patch }: NewEdit): UndoState {
    return this.#connection.transaction(() => {
      const before = this.get(id).document
      const done = this.#done(id)
      if (done !== after)
        throw new StudioError(
          'InvalidState',
          'This model was changed elsewhere in the meantime: open it again.',
        )
      this.#connection.run('DELETE FROM model_edits WHERE model = :id AND number > :done', { id, done })
      const document = applyTo(before, patch)
      this.#connection.run(
        `INSERT INTO model_edits (model, number, name, made_at, forward, backward)
         VALUES (:id, :number, :name, :madeAt, :forward, :backward)`,
        {
          id,
          name,
          number: done + 1,
          madeAt: new Date().toISOString(),
          forward: JSON.stringify(patch),
          backward: JSON.stringify(difference(document, before)),
        },
      )
      seal(this.#connection, 'model_edits', 'model = :id AND number = :number', { id, number: done + 1 })
      this.#put(id, document, done + 1)
      return this.undoState(id)
    })
  }

  /** Undoes the last edit that is in effect, or redoes the next one. Returns null if there is none. */
  step(id: string, direction: 'undo' | 'redo'): ModelDocument | null {
    return this.#connection.transaction(() => {
      const done = this.#done(id)
      const number = direction === 'undo' ? done : done + 1
      const edit = this.#connection.get<{ forward: string; backward: string; intact: number }>(
        `SELECT forward, backward, ${intactColumn('model_edits')} FROM model_edits
         WHERE model = :id AND number = :number`,
        { id, number },
      )
      if (!edit) return null
      const what = `Change ${number} of the model ${quoted(id)}`
      const { file } = this.#connection
      requireIntact(edit, what, file)
      const stored = direction === 'undo' ? edit.backward : edit.forward
      const patch = storedAs(documentPatch, storedJson(stored, what, file), what, file)
      const document = applyTo(this.get(id).document, patch)
      this.#put(id, document, direction === 'undo' ? done - 1 : done + 1)
      return document
    })
  }

  /** Throws NotFound. */
  undoState(id: string): UndoState {
    const done = this.#done(id)
    const sql = `SELECT ${EDIT_NAME} AS name FROM model_edits
      WHERE model = :id AND number = :number`
    const nameOf = (number: number) =>
      this.#connection.get<{ name: string }>(sql, { id, number })?.name ?? null
    return { done, undo: nameOf(done), redo: nameOf(done + 1) }
  }

  /** The last `limit` edits that can be undone or redone, the oldest one first. Throws NotFound. */
  edits(id: string, limit: number): ModelEdit[] {
    this.#done(id)
    const sql = `SELECT number, ${EDIT_NAME} AS name, made_at AS madeAt
      FROM model_edits WHERE model = :id ORDER BY number DESC LIMIT :limit`
    return this.#connection.all<ModelEdit>(sql, { id, limit }).reverse()
  }

  #replace(id: string, document: ModelDocument): SavedModel {
    return this.#connection.transaction(() => {
      const patch = difference(this.get(id).document, document)
      if (!isEmpty(patch)) this.edit(id, { after: this.#done(id), name: 'Save', patch })
      return this.get(id)
    })
  }

  #put(id: string, document: ModelDocument, done: number): void {
    this.#connection.run(
      `UPDATE models SET name = :name, updated_at = :updatedAt, document = :document, edits_done = :done
       WHERE id = :id`,
      {
        id,
        name: document.name,
        updatedAt: new Date().toISOString(),
        done,
        document: JSON.stringify(document),
      },
    )
    seal(this.#connection, 'models', 'id = :id', { id })
  }

  /** Throws NotFound. */
  #done(id: string): number {
    const row = this.#connection.get<{ done: number }>(
      `SELECT edits_done AS done FROM models WHERE id = :id AND ${KEPT}`,
      { id },
    )
    if (!row) throw missing(id)
    return row.done
  }

  /** The last changed model comes first. The page begins behind `after`. The database counts nodes, so no document is read. */
  page(after: { updatedAt: string; id: string } | null, limit: number): ModelSummary[] {
    const found: ModelSummary[] = []
    // This names damaged entries of the trash among the problems, because they hide no model.
    trashedIds(this.#connection, 'model')
    // Unusable rows are left out, which must not end the list early.
    for (let from = after; found.length < limit;) {
      const behind =
        from === null ? 'TRUE' : '(updated_at < :updatedAt OR (updated_at = :updatedAt AND id > :id))'
      const { usable, last } = this.#summaries(behind, { count: limit - found.length, ...from })
      if (!last) break
      appendAll(found, usable)
      from = { updatedAt: last.updatedAt, id: last.id }
    }
    return found
  }

  /** The usable rows of the list, and the last row that was read. */
  #summaries(
    where: string,
    parameters: Parameters,
  ): { usable: ModelSummary[]; last: ModelSummary | undefined } {
    const { problems, file } = this.#connection
    const rows = this.#connection.all<ModelSummary & { intact: number }>(
      `SELECT id, ${MODEL_NAME} AS name, updated_at AS updatedAt, ${intactColumn('models')},
              CASE WHEN json_valid(document) THEN coalesce(json_array_length(document, '$.nodes'), 0) ELSE 0 END AS nodes
       FROM models WHERE ${where} AND ${KEPT} ORDER BY updated_at DESC, id LIMIT :count`,
      parameters,
    )
    const usable = problems.readable(rows, ({ intact, ...row }) => {
      requireUsable(row.id, intact, file)
      return row
    })
    return { usable, last: rows.at(-1) }
  }

  /** A model as lists show it, or null if it does not exist or cannot be used. */
  summary(id: string): ModelSummary | null {
    return this.#summaries('id = :id', { id, count: 1 }).usable[0] ?? null
  }

  /** The times of the models' last changes, by id. */
  stamps(): Map<string, string> {
    const rows = this.#connection.all<{ id: string; at: string }>(
      `SELECT id, updated_at AS at FROM models WHERE ${KEPT}`,
    )
    return new Map(rows.map(({ id, at }) => [id, at]))
  }

  count(): number {
    const sql = `SELECT count(*) AS count FROM models WHERE ${KEPT}`
    return this.#connection.get<{ count: number }>(sql)?.count ?? 0
  }

  /** Throws NotFound. */
  get(id: string): SavedModel {
    const sql = `SELECT ${COLUMNS} FROM models WHERE id = :id AND ${KEPT}`
    const row = this.#connection.get<Stored>(sql, { id })
    if (!row) throw missing(id)
    return toModel(row, this.#connection.file)
  }

  /** Deletes a model with its edits and versions for good. Throws NotFound. */
  remove(id: string): void {
    if (this.#connection.run('DELETE FROM models WHERE id = :id', { id }) === 0) throw missing(id)
  }
}

/** Throws InvalidState if the patch belongs to another document. */
function applyTo(document: ModelDocument, patch: DocumentPatch): ModelDocument {
  try {
    return modelDocument.parse(applyPatch(document, patch))
  } catch {
    throw new StudioError('InvalidState', 'The change does not fit this model: open it again.')
  }
}

type Stored = Omit<SavedModel, 'document'> & { document: string; intact: number }

/** Throws Corrupt for an unusable row, or a document that no version writes. */
function toModel(row: Stored, file: string): SavedModel {
  const { intact, document, ...rest } = row
  requireUsable(row.id, intact, file)
  const what = `The model ${quoted(row.id)}`
  return { ...rest, document: storedAs(modelDocument, storedJson(document, what, file), what, file) }
}

/** Throws Corrupt for a row that is not what was written, or whose id could be a path. */
function requireUsable(id: string, intact: number, file: string): void {
  if (!isPlainName(id)) throw unusable(`The model ${quoted(id)}`, 'its id is no plain name', file)
  requireIntact({ intact }, `The model ${quoted(id)}`, file)
}

function missing(id: string): StudioError {
  return new StudioError('NotFound', `There is no saved model ${id}: it may have been deleted meanwhile.`)
}
