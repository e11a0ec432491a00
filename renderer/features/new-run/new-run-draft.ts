/** What was entered for a new run, kept while other pages are shown and until a run is started with it. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { RunDetail } from '../../../main/contract/runs.ts'
import type { TrainingConfig } from '../../../main/contract/training.ts'

/** What the way to the form asks for. */
export interface Wishes {
  dataset?: string | undefined
  model?: string | undefined
  /** Id of a run to copy model, dataset and settings of. */
  from?: string | undefined
}

export interface NewRunEntries {
  name: string
  dataset: string
  model: string
  config: TrainingConfig
}

export interface NewRunDraft {
  entries: NewRunEntries
  copied: RunDetail | null
  wishes: Wishes
}

export const useNewRunDraft = defineStore('new run draft', () => {
  const draft = shallowRef<NewRunDraft | null>(null)

  /** The draft, where the wishes are those it was begun with or none; another wish begins anew. */
  function draftFor(wishes: Wishes): NewRunDraft | null {
    const asked = textOf(wishes)
    if (draft.value && asked !== textOf({}) && asked !== textOf(draft.value.wishes)) draft.value = null
    return draft.value
  }

  return { draft, draftFor }
})

const textOf = ({ dataset, model, from }: Wishes) => JSON.stringify([dataset, model, from])
