/** Holds the model on screen: its origin, its settings or its fixed document, and the dataset it is checked against. */
import { computed, ref, shallowRef } from 'vue'
import { asErrorData } from '../../platform/engine.ts'
import { StudioError, type ErrorData } from '../../../main/contract/errors.ts'
import { checkDocument } from '../../../main/model/check.ts'
import type { BoundColumns, ModelDocument } from '../../../main/model/document.ts'
import { isPresetName, presets, type PresetName } from '../../../main/model/presets/index.ts'
import { boundColumns } from '../datasets/shared/bound-columns.ts'
import { useDatasets } from '../datasets/shared/datasets-store.ts'
import { standInColumns, suits } from './document-columns.ts'
import { useModels } from './shared/models-store.ts'
import { defaultsOf, documentFrom, type PresetSettings } from './preset-form.ts'
import { recognisePreset } from './recognise-preset.ts'

export interface ModelSource {
  /** The id of a saved model. */
  id?: string | undefined
  /** The preset of a new model. Without it the model is the document that was opened from a file. */
  preset?: string | undefined
  dataset?: string | undefined
}

export function useModel() {
  const datasets = useDatasets()
  const models = useModels()

  const id = ref<string | null>(null)
  const name = ref('')
  const preset = ref<PresetName | null>(null)
  const settings = shallowRef<PresetSettings>({})
  /** The loaded document. A preset's form makes its own document instead. */
  const loaded = shallowRef<ModelDocument | null>(null)
  const dataset = ref('')
  const columns = shallowRef<BoundColumns | null>(null)
  /** Of the dataset. */
  const trainRows = ref(0)
  /** The columns of a command line, which give the model's sizes while no dataset is bound. */
  const given = shallowRef<BoundColumns | null>(null)
  const problem = shallowRef<ErrorData | null>(null)
  const saving = ref(false)
  /** The document as it is stored, or '' if it is not. */
  const stored = ref('')
  /** What the user can change here, as it was when the model was opened or saved. */
  const opened = ref('')

  const usable = computed(() => datasets.usable)
  const known = computed(() => columns.value ?? given.value)
  const document = computed<ModelDocument | null>(() => {
    const origin = loaded.value
    const about = {
      name: name.value.trim() || 'Untitled',
      ...(origin?.description !== undefined && { description: origin.description }),
    }
    if (preset.value === null) return origin && { ...origin, ...about }
    const bound = known.value ?? (origin && standInColumns(origin))
    return bound && documentFrom(preset.value, bound, settings.value, about)
  })
  const check = computed(() => document.value && checkDocument(document.value, known.value))
  const sound = computed(() => check.value?.problems.every(({ severity }) => severity !== 'error') ?? false)
  const changed = computed(() => document.value !== null && JSON.stringify(document.value) !== stored.value)

  const entered = computed(() => JSON.stringify([name.value, preset.value, settings.value]))
  /** Says whether the user changed something that is not stored. */
  const touched = computed(() => document.value !== null && entered.value !== opened.value)

  async function open(source: ModelSource): Promise<void> {
    problem.value = null
    try {
      await Promise.all([!datasets.loaded && datasets.refresh(), !models.loaded && models.refresh()])
      if (isPresetName(source.preset ?? '')) await openPreset(source.preset as PresetName, source.dataset)
      else await openDocument(source)
    } catch (thrown) {
      problem.value = thrown instanceof StudioError ? thrown.data : asErrorData(thrown)
    }
  }

  async function openPreset(wanted: PresetName, wantedDataset: string | undefined): Promise<void> {
    preset.value = wanted
    settings.value = defaultsOf(wanted)
    name.value = presets[wanted].title
    await bind(wantedDataset ?? usable.value[0]?.id ?? '')
    stored.value = JSON.stringify(document.value)
    opened.value = entered.value
  }

  async function openDocument(source: ModelSource): Promise<void> {
    const saved = source.id === undefined ? null : await models.documentOf(source.id)
    const found = source.id === undefined ? models.opened : saved && { document: saved, columns: null }
    if (!found)
      throw new StudioError('NotFound', 'This model is no longer in the workspace. Choose another one.')
    id.value = source.id ?? null
    given.value = found.columns
    name.value = found.document.name
    loaded.value = found.document
    await bind(source.dataset ?? (await firstSuiting(found.document)))
    const recognised = recognisePreset(found.document, known.value ?? standInColumns(found.document))
    if (recognised) {
      preset.value = recognised.preset
      settings.value = recognised.settings
    }
    stored.value = saved ? JSON.stringify(document.value) : ''
    opened.value = entered.value
  }

  async function firstSuiting(wanted: ModelDocument): Promise<string> {
    for (const each of usable.value)
      if (suits(wanted, boundColumns(await datasets.manifestOf(each.id)))) return each.id
    return ''
  }

  /** Checks the model against another dataset's columns. A preset is built anew for them. '' binds no dataset. */
  async function bind(wanted: string): Promise<void> {
    dataset.value = wanted
    try {
      const manifest = wanted === '' ? null : await datasets.manifestOf(wanted)
      if (dataset.value !== wanted) return
      columns.value = manifest && boundColumns(manifest)
      trainRows.value = manifest?.splits.train.rows ?? 0
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
  }

  /** Stores the model and returns its id, or null if `problem` says why it could not be stored. */
  async function save(asNew = false): Promise<string | null> {
    if (!document.value) return null
    saving.value = true
    problem.value = null
    try {
      const saved = await models.save(asNew ? null : id.value, document.value)
      id.value = saved.id
      name.value = saved.name
      stored.value = JSON.stringify(document.value)
      opened.value = entered.value
      return saved.id
    } catch (thrown) {
      problem.value = asErrorData(thrown)
      return null
    } finally {
      saving.value = false
    }
  }

  return {
    id,
    name,
    preset,
    settings,
    dataset,
    columns,
    trainRows,
    known,
    problem,
    saving,
    usable,
    document,
    check,
    sound,
    changed,
    touched,
    open,
    bind,
    save,
  }
}
