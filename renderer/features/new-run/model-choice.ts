/** Lists the models that a run can train: every preset, every saved one, and that of a run to copy. */
import type { RunDetail } from '../../../main/contract/runs.ts'
import type { SavedModel } from '../../../main/contract/models.ts'
import type { BoundColumns, ModelDocument } from '../../../main/model/document.ts'
import { isPresetName, presetDocument, presetNames, presets } from '../../../main/model/presets/index.ts'

export const COPIED = 'copied'

export interface ModelOption {
  /** Is a preset's name, a saved model's id, or COPIED. */
  value: string
  text: string
  group: string
}

export function modelOptions(
  saved: readonly Pick<SavedModel, 'id' | 'name'>[],
  copied: RunDetail | null,
): ModelOption[] {
  return [
    ...(copied ? [{ value: COPIED, text: copied.modelName, group: `From the run ${copied.name}` }] : []),
    ...saved.map(({ id, name }) => ({ value: id, text: name, group: 'Saved models' })),
    ...presetNames.map((name) => ({
      value: name,
      text: presets[name].title,
      group: 'Presets with default settings',
    })),
  ]
}

/** Returns null if the choice does not exist. `saved` has the saved models that have been read. */
export function chosenDocument(
  value: string,
  columns: BoundColumns,
  saved: readonly Pick<SavedModel, 'id' | 'document'>[],
  copied: RunDetail | null,
): ModelDocument | null {
  if (value === COPIED) return copied?.model ?? null
  if (isPresetName(value)) return presetDocument(value, columns)
  return saved.find((model) => model.id === value)?.document ?? null
}

/** Gives the id of the saved model that is chosen, or null for a preset. */
export function savedModelId(
  value: string,
  saved: readonly Pick<SavedModel, 'id'>[],
  copied: RunDetail | null,
): string | null {
  if (value === COPIED) return copied?.modelId ?? null
  return saved.some(({ id }) => id === value) ? value : null
}
