import { randomUUID } from 'node:crypto'
import { StudioError } from '../main/contract/errors.ts'
import { isPlainName } from '../main/contract/plain-name.ts'
import { quoted } from '../main/contract/printable.ts'
import { modelDocument, type ModelDocument } from '../main/model/document.ts'
import {
  applyPatch,
  difference,
  documentPatch,
  isEmpty,
  type DocumentPatch,
} from '../main/model/editing/patch.ts'
import { appendAll } from '../main/model/extremes.ts'
import type { Connection, Parameters } from './connection.ts'
import { ifSound, requireSound, seal, soundColumn } from './row-checksums.ts'
import { storedAs, storedJson, unusable } from './row-problems.ts'
import type { ModelEdit, UndoState, ModelSummaryRow, NewEdit, SavedModelRow } from './types.ts'

/** The contract's limit for an edit's name; a database of somebody else's could hold longer ones. */
const LONGEST_NAME = 200

const COLUMNS = `id, name, updated_at AS updatedAt, document, ${soundColumn('models')}`

/** Saved model documents. Runs keep copies of theirs, so that editing or deleting a model changes no run. */
export class ModelTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Saves a new document (id null), or replaces one as an edit that can be undone; NotFound where that was deleted.
   */
  save(id: string | null, document: ModelDocument): SavedModelRow {
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

  /** The only saved model whose document is this one; null where there is none, or several. */
  idOf(document: ModelDocument): string | null {
    const parameters = { name: document.name, document: JSON.stringify(document) }
    const sql = 'SELECT id FROM models WHERE name = :name AND document = :document LIMIT 2'
    const [first, ...others] = this.#connection.all<{ id: string }>(sql, parameters)
    return first && others.length === 0 ? first.id : null
  }

  /**
   * Stores a change with its name; changes that were undone before it are forgotten. Throws NotFound, and InvalidState
   * where the model is not at the state `after` so many edits: another window changed it.
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

  /** Takes the last edit in effect back, or puts the next one in effect again; null where there is none. */
  step(id: string, direction: 'undo' | 'redo'): ModelDocument | null {
    return this.#connection.transaction(() => {
      const done = this.#done(id)
      const number = direction === 'undo' ? done : done + 1
      const edit = this.#connection.get<{ forward: string; backward: string; sound: number }>(
        `SELECT forward, backward, ${soundColumn('model_edits')} FROM model_edits
         WHERE model = :id AND number = :number`,
        { id, number },
      )
      if (!edit) return null
      const what = `Change ${number} of the model ${quoted(id)}`
      const { file } = this.#connection
      requireSound(edit, what, file)
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
    const sql = `SELECT substr(${ifSound('model_edits', 'name')}, 1, ${LONGEST_NAME}) AS name FROM model_edits
      WHERE model = :id AND number = :number`
    const nameOf = (number: number) =>
      this.#connection.get<{ name: string }>(sql, { id, number })?.name ?? null
    return { done, undo: nameOf(done), redo: nameOf(done + 1) }
  }

  /** What can be undone or redone, oldest first: the last `most` of it. Throws NotFound. */
  edits(id: string, most: number): ModelEdit[] {
    this.#done(id)
    const sql = `SELECT number, substr(${ifSound('model_edits', 'name')}, 1, ${LONGEST_NAME}) AS name, made_at AS madeAt
      FROM model_edits WHERE model = :id ORDER BY number DESC LIMIT :most`
    return this.#connection.all<ModelEdit>(sql, { id, most }).reverse()
  }

  #replace(id: string, document: ModelDocument): SavedModelRow {
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
      'SELECT edits_done AS done FROM models WHERE id = :id',
      { id },
    )
    if (!row) throw missing(id)
    return row.done
  }

  /** Last changed first, from behind `after` on. The database counts the nodes, and no document is read. */
  page(after: { updatedAt: string; id: string } | null, limit: number): ModelSummaryRow[] {
    const found: ModelSummaryRow[] = []
    // Unusable rows are left out, and must not end the list early.
    for (let from = after; found.length < limit;) {
      const behind =
        from === null ? '' : 'WHERE updated_at < :updatedAt OR (updated_at = :updatedAt AND id > :id)'
      const { usable, last } = this.#summaries(behind, { count: limit - found.length, ...from })
      if (!last) break
      appendAll(found, usable)
      from = { updatedAt: last.updatedAt, id: last.id }
    }
    return found
  }

  /** Rows of the list that can be used, and the last one that was read. */
  #summaries(
    where: string,
    parameters: Parameters,
  ): { usable: ModelSummaryRow[]; last: ModelSummaryRow | undefined } {
    const { problems, file } = this.#connection
    const rows = this.#connection.all<ModelSummaryRow & { sound: number }>(
      `SELECT id, substr(name, 1, ${LONGEST_NAME}) AS name, updated_at AS updatedAt, ${soundColumn('models')},
              CASE WHEN json_valid(document) THEN coalesce(json_array_length(document, '$.nodes'), 0) ELSE 0 END AS nodes
       FROM models ${where} ORDER BY updated_at DESC, id LIMIT :count`,
      parameters,
    )
    const usable = problems.readable(rows, ({ sound, ...row }) => {
      requireUsable(row.id, sound, file)
      return row
    })
    return { usable, last: rows.at(-1) }
  }

  /** As the list has it; null where it is not there or cannot be used. */
  summary(id: string): ModelSummaryRow | null {
    return this.#summaries('WHERE id = :id', { id, count: 1 }).usable[0] ?? null
  }

  /** From id to when it was last changed. */
  stamps(): Map<string, string> {
    const rows = this.#connection.all<{ id: string; at: string }>('SELECT id, updated_at AS at FROM models')
    return new Map(rows.map(({ id, at }) => [id, at]))
  }

  count(): number {
    return this.#connection.get<{ count: number }>('SELECT count(*) AS count FROM models')?.count ?? 0
  }

  /** Throws NotFound. */
  get(id: string): SavedModelRow {
    const row = this.#connection.get<Stored>(`SELECT ${COLUMNS} FROM models WHERE id = :id`, { id })
    if (!row) throw missing(id)
    return toModel(row, this.#connection.file)
  }

  /** Throws NotFound. */
  remove(id: string): void {
    if (this.#connection.run('DELETE FROM models WHERE id = :id', { id }) === 0) throw missing(id)
  }
}

/** Throws InvalidState where the patch is of another document. */
function applyTo(document: ModelDocument, patch: DocumentPatch): ModelDocument {
  try {
    return modelDocument.parse(applyPatch(document, patch))
  } catch {
    throw new StudioError('InvalidState', 'The change does not fit this model: open it again.')
  }
}

type Stored = Omit<SavedModelRow, 'document'> & { document: string; sound: number }

/** Throws Corrupt for an id that is no plain name. */
function toModel(row: Stored, file: string): SavedModelRow {
  const { sound, document, ...rest } = row
  requireUsable(row.id, sound, file)
  const what = `The model ${quoted(row.id)}`
  return { ...rest, document: storedAs(modelDocument, storedJson(document, what, file), what, file) }
}

/** Throws Corrupt for a row that is not what was written, or whose id could be a path. */
function requireUsable(id: string, sound: number, file: string): void {
  if (!isPlainName(id)) throw unusable(`The model ${quoted(id)}`, 'its id is no plain name', file)
  requireSound({ sound }, `The model ${quoted(id)}`, file)
}

function missing(id: string): StudioError {
  return new StudioError('NotFound', `There is no saved model ${id}: it may have been deleted meanwhile.`)
}
