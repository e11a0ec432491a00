/** Which of the palette's colours each run has. A run keeps its own while others come and go. */
export class RunColors {
  #indices = new Map<string, number>()

  /** Gives the runs not yet known the first colours that are free. */
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
