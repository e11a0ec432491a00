/**
 * Applies changes of a list as the engine reports them. An answer may be older than a change that was reported before it
 * came, so changes that are reported while the list is read are applied once more to the answer.
 */
export function useReportedChanges<Change>(apply: (change: Change) => void) {
  let reading = 0
  let meanwhile: Change[] = []

  return {
    take(change: Change): void {
      apply(change)
      if (reading > 0) meanwhile.push(change)
    },

    /** `work` reads the list and replaces the one in the store. */
    async read(work: () => Promise<void>): Promise<void> {
      reading++
      try {
        await work()
      } finally {
        reading--
        for (const change of meanwhile) apply(change)
        if (reading === 0) meanwhile = []
      }
    },
  }
}
