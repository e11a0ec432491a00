/** Predicts the time of a model's step on this machine, and finds that of the newest run that trained the model. */
import { computed, onBeforeUnmount, onMounted, shallowRef, watch, type Ref, type UnwrapNestedRefs } from 'vue'
import { ask } from '../../../../platform/engine.ts'
import { workOfStep, type MeasuredRun } from '../../../../../main/contract/calibration.ts'
import type { BoundColumns, ModelDocument } from '../../../../../main/model/document.ts'
import { compilePlan } from '../../../../../main/model/plan.ts'
import { measuredByNode, predictStep } from '../../../../../main/model/step-time/predict.ts'
import { useStepTimes } from './step-times-store.ts'

export interface StepSubject {
  document: ModelDocument
  columns: BoundColumns
  dataset: string
  trainRows: number
}

/** The predicted and measured milliseconds of nodes. */
export interface NodeTimes {
  predicted: ReadonlyMap<string, number>
  measured: ReadonlyMap<string, number> | null
}

/** Runs of an edited document are searched for once no edit has come for this time. */
const REST_MS = 600

/** `subject` is null while the model cannot be trained. */
export function useStepTime(subject: Ref<StepSubject | null>) {
  const store = useStepTimes()
  const run = shallowRef<MeasuredRun | null>(null)
  const calibration = computed(() => store.find(store.choice))
  const plan = computed(
    () => subject.value && calibration.value && compilePlan(subject.value.document, subject.value.columns),
  )

  const time = computed(() => {
    if (!subject.value || !plan.value || !calibration.value) return null
    const { columns, trainRows } = subject.value
    const { backend, batchSize, optimizer } = store.choice
    const rule = { kind: optimizer }
    const work = workOfStep(plan.value, columns, trainRows, { backend, batchSize, tables: rule, dense: rule })
    const step = predictStep(work, calibration.value.unitTimes)
    return { ...step, steps: Math.ceil(trainRows / batchSize), samples: trainRows }
  })

  /** The time of the newest run, if its training settings are the chosen ones. */
  const measured = computed(() => {
    if (!run.value || !subject.value || !plan.value || !calibration.value) return null
    const { config, profile } = run.value
    const { backend, precision, batchSize, optimizer } = store.choice
    const same =
      config.backend === backend &&
      config.precision === precision &&
      config.batchSize === batchSize &&
      config.tables.kind === optimizer &&
      config.dense.kind === optimizer
    if (!same) return null
    const work = workOfStep(plan.value, subject.value.columns, subject.value.trainRows, config)
    return {
      ms: profile.msPerStep,
      nodes: measuredByNode(work, calibration.value.unitTimes, profile.operations),
    }
  })

  /** Computed from the measured step if there is one, as the step's time beside it. */
  const epochMs = computed(() => time.value && (measured.value ?? time.value).ms * time.value.steps)

  const times = computed<NodeTimes | null>(
    () => time.value && { predicted: time.value.nodes, measured: measured.value?.nodes ?? null },
  )

  let resting: ReturnType<typeof setTimeout> | undefined
  watch(
    () => subject.value && { document: subject.value.document, dataset: subject.value.dataset },
    (next) => {
      clearTimeout(resting)
      if (next) resting = setTimeout(() => void findRun(next), REST_MS)
      else run.value = null
    },
    { immediate: true },
  )

  /** If the engine cannot be asked, the prediction is shown alone. */
  async function findRun(wanted: { document: ModelDocument; dataset: string }): Promise<void> {
    const answer = await ask('models.measured', wanted).catch(() => ({ run: null }))
    if (subject.value?.document === wanted.document) run.value = answer.run
  }

  let end: (() => void) | null = null
  onMounted(() => {
    void store.refresh()
    end = store.listen()
  })
  onBeforeUnmount(() => {
    clearTimeout(resting)
    end?.()
  })

  return { calibration, time, measured, epochMs, run, times }
}

/** The step's time as a page holds it, with its refs unwrapped. */
export type ShownStepTime = UnwrapNestedRefs<ReturnType<typeof useStepTime>>
