/** Assigns the palette's colours to runs. A run keeps its colour while others are added and removed. */
export class RunColors {
  #indices = new Map<string, number>()

  /** Assigns the first free colours to the runs that have none yet. */
  assign(ids: readonly string[]): void {
    const kept = new Map([...this.#indices].filter(([id]) => ids.includes(id)))
    const taken = new Set(kept.values())
    for (const id of ids) {
      if (kept.has(id)) continue
      let index = 0
      while (taken.has(index)) index++
      taken.add(index)
      kept.set(id, index)
    }
    this.#indices = kept
  }

  indexOf(id: string): number {
    return this.#indices.get(id) ?? 0
  }
}
