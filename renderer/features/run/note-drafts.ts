/** What was typed as a run's notes and is not stored: it outlives the page, and a failure to store it. */
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { asErrorData, ask } from '../../platform/engine.ts'

export interface NoteDraft {
  text: string
  saving: boolean
  /** Why it could not be stored; '' where it was not tried, or is being tried. */
  problem: string
}

/** A pause in typing after which notes are stored. */
const PAUSE_MS = 800

export const useNoteDrafts = defineStore('note drafts', () => {
  const drafts = shallowReactive(new Map<string, NoteDraft>())
  const timers = new Map<string, number>()

  /** Notes as they are typed; they are stored after a pause. */
  function type(run: string, text: string): void {
    drafts.set(run, { text, saving: false, problem: '' })
    window.clearTimeout(timers.get(run))
    timers.set(
      run,
      window.setTimeout(() => void save(run), PAUSE_MS),
    )
  }

  /** Stores what is still a draft, at once; what is typed meanwhile stays one. */
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
