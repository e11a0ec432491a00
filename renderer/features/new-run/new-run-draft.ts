/** Keeps what was entered for a new run while other pages are shown, until a run is started with it. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { RunDetail } from '../../../main/contract/runs.ts'
import type { PlacedShard } from '../../../main/contract/table-plan.ts'
import type { TrainingConfig } from '../../../main/contract/training.ts'

/** What the address of the form requests. */
export interface FormRequest {
  dataset?: string | undefined
  model?: string | undefined
  /** The id of a run whose model, dataset and settings are copied. */
  from?: string | undefined
}

export interface NewRunEntries {
  name: string
  dataset: string
  model: string
  config: TrainingConfig
  /** Where a person wants tables. */
  pins: readonly PlacedShard[]
}

export interface NewRunDraft {
  entries: NewRunEntries
  copied: RunDetail | null
  request: FormRequest
}

export const useNewRunDraft = defineStore('new run draft', () => {
  const draft = shallowRef<NewRunDraft | null>(null)

  /** Gives the draft if the request is empty or the one that the draft began with. Any other request drops the draft. */
  function draftFor(request: FormRequest): NewRunDraft | null {
    const requested = textOf(request)
    if (draft.value && requested !== textOf({}) && requested !== textOf(draft.value.request))
      draft.value = null
    return draft.value
  }

  return { draft, draftFor }
})

const textOf = ({ dataset, model, from }: FormRequest) => JSON.stringify([dataset, model, from])
