/** The folder to which a repair moves what cannot be used, with a list of what it is and why it is there. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { DamagedRow } from '../../../db/index.ts'
import { makeFolderDurably, syncFolder, writeDurably } from '../../platform/durable-file.ts'
import { appendAll } from '../../model/extremes.ts'
import { fileError } from '../../platform/file-errors.ts'
import { refuseLinks } from '../../platform/workspace-links.ts'
import type { Damage } from '../check/damage.ts'

export interface Moved {
  /** Relative to the workspace. */
  path: string
  why: string
}

const ROWS = 'rows.jsonl'

export class Quarantine {
  readonly #workspace: string
  readonly #folder: string
  readonly moved: Moved[] = []
  #isUsed = false

  constructor(workspace: string) {
    this.#workspace = workspace
    const stamp = new Date().toISOString().replaceAll(':', '-')
    this.#folder = join(workspace, 'quarantine', `repair-${stamp}`)
  }

  /** Its folder; null if nothing was moved. */
  get folder(): string | null {
    return this.#isUsed ? this.#folder : null
  }

  /** A path in the quarantine whose folder exists. */
  place(name: string): string {
    refuseLinks(this.#workspace, this.#folder)
    const path = join(this.#folder, ...name.split('/'))
    mkdirSync(dirname(path), { recursive: true })
    this.#isUsed = true
    return path
  }

  /** Stores rows of the database, one a line as JSON, before they are removed there. */
  readonly storeRows = (rows: readonly DamagedRow[]): void => {
    const path = this.place(ROWS)
    try {
      const file = openSync(path, 'a')
      try {
        for (const row of rows) writeSync(file, `${JSON.stringify(row)}\n`)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
    } catch (error) {
      throw fileError(error, 'write', path)
    }
    appendAll(
      this.moved,
      rows.map(({ table, why }) => ({ path: `${ROWS}: a row of ${table}`, why })),
    )
  }

  /** Notes something that is there already. */
  async note(moved: Moved): Promise<void> {
    this.moved.push(moved)
    await this.#writeList()
  }

  /** Moves files and folders. The list is written first, so that nothing is ever moved without a word. */
  async move(damage: readonly Damage[]): Promise<void> {
    const moves = damage.flatMap(({ paths, why }) =>
      paths.filter((path) => isThere(join(this.#workspace, path))).map((path) => ({ path, why })),
    )
    if (moves.length === 0) return
    await makeFolderDurably(this.#folder)
    this.#isUsed = true
    appendAll(this.moved, moves)
    await this.#writeList()
    for (const { path } of moves) {
      const from = join(this.#workspace, path)
      // A file of two damages has gone with the first one.
      if (!isThere(from)) continue
      try {
        renameSync(from, this.place(path))
        await syncFolder(dirname(from))
      } catch (error) {
        throw fileError(error, 'move to the quarantine', from)
      }
    }
  }

  /** Writes `list.json`. */
  async #writeList(): Promise<void> {
    const list = { madeBy: 'workspace repair', at: new Date().toISOString(), moved: this.moved }
    await writeDurably(this.place('list.json'), `${JSON.stringify(list, null, 2)}\n`)
    await syncFolder(this.#folder)
  }

  /** Writes the list at the end, with the rows. */
  async finish(): Promise<void> {
    if (this.#isUsed && existsSync(this.#folder)) await this.#writeList()
  }
}

/** A symbolic link is there whatever it leads to. */
const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined
