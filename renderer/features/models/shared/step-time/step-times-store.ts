import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { asErrorData, ask, isEngineAway, on } from '../../../../platform/engine.ts'
import type { Calibration, CalibrationProgress } from '../../../../../main/contract/calibration.ts'
import type { ErrorData } from '../../../../../main/contract/errors.ts'
import { defaultTrainingConfig, type TrainingConfig } from '../../../../../main/contract/training.ts'
import type { OptimizerKind } from '../../../../../main/model/costs.ts'

/** The training settings that a step's time and a model's memory depend on. */
export interface StepChoice {
  backend: TrainingConfig['backend']
  precision: TrainingConfig['precision']
  batchSize: number
  optimizer: OptimizerKind
}

/** Holds the measured speed of this machine, and the training settings for which times are predicted. */
export const useStepTimes = defineStore('step-times', () => {
  const calibrations = shallowRef<Calibration[]>([])
  const progress = shallowRef<CalibrationProgress | null>(null)
  const problem = shallowRef<ErrorData | null>(null)
  const { backend, precision, batchSize, tables } = defaultTrainingConfig
  const choice = ref<StepChoice>({ backend, precision, batchSize, optimizer: tables.kind })
  const running = computed(() => progress.value?.state === 'running')

  async function refresh(): Promise<void> {
    try {
      const [{ calibrations: known }, current] = await Promise.all([
        ask('calibrations.list', {}),
        ask('calibrations.current', {}),
      ])
      calibrations.value = known
      progress.value = current.progress
    } catch (thrown) {
      if (!isEngineAway(thrown)) problem.value = asErrorData(thrown)
    }
  }

  const find = ({ backend, precision }: Pick<StepChoice, 'backend' | 'precision'>) =>
    calibrations.value.find((each) => each.backend === backend && each.precision === precision) ?? null

  async function measure(): Promise<void> {
    const { backend, precision } = choice.value
    problem.value = null
    try {
      progress.value = await ask('calibrations.start', { backend, precision })
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
  }

  async function cancel(): Promise<void> {
    await ask('calibrations.cancel', {})
  }

  function listen(): () => void {
    const ends = [
      on('calibration', ({ progress: now }) => {
        progress.value = now
        if (now.error) problem.value = now.error
        if (now.state === 'done') void refresh()
      }),
      on('engineStarted', () => void refresh()),
    ]
    return () => ends.forEach((end) => end())
  }

  return { calibrations, progress, problem, choice, running, refresh, find, measure, cancel, listen }
})
