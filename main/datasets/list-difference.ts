/** Compares a list with what it was before, to tell what has changed instead of the whole list. */
export class ListDifference {
  #known = new Map<string, string>()

  /** From id to anything that is another text once the item has changed. */
  constructor(known: ReadonlyMap<string, string> = new Map()) {
    this.#known = new Map(known)
  }

  /** Ids of what has changed or come, and of what is gone, since the last call. */
  next(now: ReadonlyMap<string, string>): { changed: string[]; removed: string[] } {
    const before = this.#known
    this.#known = new Map(now)
    return {
      changed: [...now].filter(([id, content]) => before.get(id) !== content).map(([id]) => id),
      removed: [...before.keys()].filter((id) => !now.has(id)),
    }
  }
}
