/** How fast this machine does each kind of a training step's work. It is measured once, to predict steps. */
import { z } from 'zod'
import type { BoundColumns } from '../model/document.ts'
import { meanLookups } from '../model/mean-lookups.ts'
import type { Plan } from '../model/plan-types.ts'
import { stepWork } from '../model/step-time/step-work.ts'
import type { WorkItem } from '../model/step-time/work.ts'
import { errorData } from './errors.ts'
import { machineFacts } from './machine.ts'
import { computation, runProfile } from './runs.ts'
import { trainingConfig, type TrainingConfig } from './training.ts'

/** The backend and precision of a calibration. */
export const calibrationSubject = z.strictObject({
  backend: trainingConfig.shape.backend,
  precision: trainingConfig.shape.precision,
})
export type CalibrationSubject = z.infer<typeof calibrationSubject>

export const calibration = calibrationSubject.extend({
  measuredAt: z.iso.datetime(),
  machine: machineFacts,
  threads: z.int().min(1),
  device: computation.shape.device,
  /** The share of the processors' time that other programs used between the measurements, 0 to 1. */
  othersShare: z.number().min(0).max(1).default(0),
  /** Milliseconds of one unit of each kind of work (main/model/step-time). */
  unitTimes: z.record(z.string().max(100), z.number().min(0)),
})
export type Calibration = z.infer<typeof calibration>

/** From this share on, measurements may be far off. */
export const DISTURBED_SHARE = 0.2

/** A note about a calibration that other programs disturbed, or null if none did. */
export function disturbance({ othersShare }: Pick<Calibration, 'othersShare'>): string | null {
  if (othersShare < DISTURBED_SHARE) return null
  return (
    `Other programs used ${Math.round(100 * othersShare)} % of the processors while this machine was measured: ` +
    'predictions may be far off. Measure again when it is idle.'
  )
}

export const calibrationProgress = calibrationSubject.extend({
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** 0 to 1. */
  fraction: z.number(),
  error: errorData.nullable(),
})
export type CalibrationProgress = z.infer<typeof calibrationProgress>

/** A run that trained a model, and how its steps spent their time. */
export const measuredRun = z.object({
  id: z.string(),
  name: z.string(),
  config: trainingConfig,
  profile: runProfile,
})
export type MeasuredRun = z.infer<typeof measuredRun>

/** The settings on which a step's time depends, besides the plan. */
export type StepConfig = Pick<TrainingConfig, 'backend' | 'batchSize'> & {
  tables: Pick<TrainingConfig['tables'], 'kind'>
  dense: Pick<TrainingConfig['dense'], 'kind'>
}

/** The work of a training step on a dataset's columns. An epoch has `trainRows` samples. */
export function workOfStep(
  plan: Plan,
  columns: BoundColumns,
  trainRows: number,
  { backend, batchSize, tables, dense }: StepConfig,
): WorkItem[] {
  return stepWork(plan, {
    backend,
    batchSize,
    tables: tables.kind,
    dense: dense.kind,
    lookups: meanLookups(plan, columns),
    samples: Math.max(1, trainRows),
  })
}
