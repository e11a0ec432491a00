/** Holds the form for a new run: what is chosen, the model and cost that follow, and what keeps the run from starting. */
import { computed, nextTick, ref, shallowRef, watch } from 'vue'
import { asErrorData, ask } from '../../platform/engine.ts'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { TablePlanFile } from '../../../main/contract/table-plan.ts'
import type { DatasetManifest } from '../../../main/contract/manifest.ts'
import type { RunDetail } from '../../../main/contract/runs.ts'
import type { TrainingConfig } from '../../../main/contract/training.ts'
import { useSettings } from '../../platform/settings-store.ts'
import { checkDocument } from '../../../main/model/check.ts'
import type { ModelDocument } from '../../../main/model/document.ts'
import { compilePlan } from '../../../main/model/plan.ts'
import { rankProblem, type JobPlace } from '../cluster/shared/job-place.ts'
import { boundColumns } from '../datasets/shared/bound-columns.ts'
import { useDatasets } from '../datasets/shared/datasets-store.ts'
import { useModels } from '../models/shared/models-store.ts'
import { chosenDocument, COPIED, modelOptions, savedModelId } from './model-choice.ts'
import { useNewRunDraft, type NewRunEntries, type FormRequest } from './new-run-draft.ts'
import { runCost } from './run-cost.ts'
import { configProblems, settingOf, startRequest } from './run-form.ts'
import { onPlace } from './shared/training-fields.ts'
import { useTablePlan } from './use-table-plan.ts'

export function useNewRun() {
  const datasets = useDatasets()
  const models = useModels()
  const settings = useSettings()

  const name = ref('')
  const dataset = ref('')
  const model = ref('dlrm')
  const config = shallowRef<TrainingConfig>(settings.newRun)
  const copied = shallowRef<RunDetail | null>(null)
  const manifest = shallowRef<DatasetManifest | null>(null)
  const problem = shallowRef<ErrorData | null>(null)
  const starting = ref(false)

  const usable = computed(() => datasets.usable)
  const options = computed(() => modelOptions(models.list, copied.value))
  const columns = computed(() => (manifest.value ? boundColumns(manifest.value) : null))
  const document = computed(() =>
    columns.value ? chosenDocument(model.value, columns.value, saved.value, copied.value) : null,
  )
  /** The chosen saved model, once it is read. */
  const saved = shallowRef<{ id: string; document: ModelDocument }[]>([])
  watch(
    () => models.list.find(({ id }) => id === model.value),
    async (wanted) => {
      if (!wanted) {
        saved.value = []
        return
      }
      try {
        const read = await models.documentOf(wanted.id)
        if (wanted.id === model.value) saved.value = read ? [{ id: wanted.id, document: read }] : []
      } catch (thrown) {
        problem.value = asErrorData(thrown)
      }
    },
    { immediate: true },
  )
  const modelProblems = computed(() =>
    document.value && columns.value
      ? checkDocument(document.value, columns.value).problems.filter(({ severity }) => severity === 'error')
      : [],
  )
  const plan = computed(() =>
    document.value && columns.value && modelProblems.value.length === 0
      ? compilePlan(document.value, columns.value)
      : null,
  )
  const cost = computed(() =>
    plan.value && manifest.value ? runCost(plan.value, manifest.value, config.value) : null,
  )
  const problems = computed(() => {
    const answered = problem.value && settingOf(problem.value)
    return {
      ...(answered && { [answered]: problem.value!.message }),
      ...configProblems(config.value),
    }
  })
  /** Whether there is a model that fits the dataset. */
  const ready = computed(() => plan.value !== null)

  const place = computed<JobPlace>({
    get: () => config.value,
    set: (now) => (config.value = { ...config.value, ...onPlace(now, config.value) }),
  })
  const tablePlan = useTablePlan(() => ({
    dataset: manifest.value ? dataset.value : '',
    document: plan.value ? document.value : null,
    config: config.value,
  }))
  const { pins } = tablePlan
  // Another model has other tables.
  watch(model, () => (pins.value = []))
  /** Why the tables have no place yet, or null. */
  const placeProblem = computed(() => {
    if (config.value.ranks === null) return null
    const { problem, pending } = tablePlan
    if (problem.value) return problem.value.message
    return rankProblem(place.value) ?? (pending.value ? 'The tables are being placed.' : null)
  })

  /** Why a host cannot take part, or null. */
  const hostProblem = ref<string | null>(null)
  const hostQuestion = computed(() => ({
    dataset: dataset.value === '' ? null : dataset.value,
    training: document.value && plan.value ? { model: document.value, config: config.value } : null,
  }))
  watch([dataset, model], () => (hostProblem.value = null))

  /** Takes the places of all tables from a file. */
  function loadPlan(file: TablePlanFile): void {
    pins.value = file.shards.map((shard) => ({ ...shard, pinned: true }))
    if (config.value.ranks !== file.ranks) place.value = { ...place.value, ranks: file.ranks }
  }

  const kept = useNewRunDraft()
  /** What the form was filled with, as text. Whatever differs from it was entered by the user. */
  const filled = ref('')
  const entries = computed(() => ({
    name: name.value,
    dataset: dataset.value,
    model: model.value,
    config: config.value,
    pins: pins.value,
  }))
  const asText = (each: NewRunEntries) => JSON.stringify(each)
  /** Whether the form shows what was entered here before another page was opened. */
  const restored = ref(false)
  watch(entries, (now) => {
    if (filled.value !== '' && asText(now) !== filled.value)
      kept.draft = { entries: now, copied: copied.value, request: requested }
  })
  let requested: FormRequest = {}

  /** Fills the form with its draft, or with what is requested, or with defaults. */
  async function fill(request: FormRequest): Promise<void> {
    const draft = kept.draftFor(request)
    filled.value = ''
    requested = draft?.request ?? request
    await fillAnew(requested)
    filled.value = asText(entries.value)
    restored.value = draft !== null
    if (draft === null) return
    copied.value = draft.copied
    const { entries: entered } = draft
    name.value = entered.name
    dataset.value = entered.dataset
    model.value = entered.model
    config.value = entered.config
    // The pins of the model that was chosen before are dropped first.
    await nextTick()
    pins.value = entered.pins
  }

  /** Forgets what was entered. */
  async function startOver(): Promise<void> {
    kept.draft = null
    name.value = ''
    config.value = settings.newRun
    pins.value = []
    await fill(requested)
  }

  async function fillAnew(request: FormRequest): Promise<void> {
    problem.value = null
    copied.value = null
    try {
      if (request.from !== undefined) {
        copied.value = await ask('runs.show', { id: request.from })
        // The form may change the ranks and the model, for which a placement is made.
        config.value = { ...copied.value.config, placement: null }
      }
      await Promise.all([!datasets.loaded && datasets.refresh(), !models.loaded && models.refresh()])
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
    dataset.value = request.dataset ?? copied.value?.datasetId ?? usable.value[0]?.id ?? ''
    model.value = request.model ?? (copied.value ? COPIED : 'dlrm')
  }

  watch([dataset, () => datasets.list], async ([id]) => {
    if (id === '') return
    try {
      const answer = await datasets.manifestOf(id)
      if (dataset.value === id) manifest.value = answer
    } catch (thrown) {
      manifest.value = null
      problem.value = asErrorData(thrown)
    }
  })
  watch(config, () => (problem.value = null))

  /** Starts the run and returns its id, or null if `problem` says why it could not be started. */
  async function start(): Promise<string | null> {
    if (!document.value || starting.value) return null
    problem.value = null
    starting.value = true
    try {
      const request = startRequest(
        name.value,
        dataset.value,
        document.value,
        savedModelId(model.value, models.list, copied.value),
        { ...config.value, placement: config.value.ranks === null ? null : tablePlan.placement.value },
      )
      const { id } = await ask('runs.start', request)
      kept.draft = null
      return id
    } catch (thrown) {
      problem.value = asErrorData(thrown)
      return null
    } finally {
      starting.value = false
    }
  }

  return {
    name,
    dataset,
    model,
    config,
    copied,
    manifest,
    problem,
    starting,
    usable,
    options,
    document,
    modelProblems,
    cost,
    problems,
    ready,
    place,
    placeProblem,
    hostProblem,
    hostQuestion,
    plannedTables: tablePlan,
    loadPlan,
    restored,
    fill,
    startOver,
    start,
  }
}
