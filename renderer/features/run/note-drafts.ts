/** Keeps typed notes of runs that are not stored yet. They outlive the page, and a failure to store them. */
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { asErrorData, ask } from '../../platform/engine.ts'

export interface NoteDraft {
  text: string
  saving: boolean
  /** Why the notes could not be stored, or '' before that and while they are being stored. */
  problem: string
}

/** Notes are stored after a pause of this length in typing. */
const PAUSE_MS = 800

export const useNoteDrafts = defineStore('note drafts', () => {
  const drafts = shallowReactive(new Map<string, NoteDraft>())
  const timers = new Map<string, number>()

  /** Keeps notes as they are typed, and stores them after a pause. */
  function type(run: string, text: string): void {
    drafts.set(run, { text, saving: false, problem: '' })
    window.clearTimeout(timers.get(run))
    timers.set(
      run,
      window.setTimeout(() => void save(run), PAUSE_MS),
    )
  }

  /** Stores the draft at once. What is typed meanwhile stays a draft. */
  async function save(run: string): Promise<void> {
    window.clearTimeout(timers.get(run))
    const draft = drafts.get(run)
    if (!draft || draft.saving) return
    const { text } = draft
    drafts.set(run, { text, saving: true, problem: '' })
    try {
      await ask('runs.edit', { id: run, notes: text })
      if (drafts.get(run)?.text === text) drafts.delete(run)
    } catch (thrown) {
      const typed = drafts.get(run)?.text ?? text
      drafts.set(run, { text: typed, saving: false, problem: asErrorData(thrown).message })
    }
  }

  function discard(run: string): void {
    window.clearTimeout(timers.get(run))
    drafts.delete(run)
  }

  return { drafts, type, save, discard }
})
