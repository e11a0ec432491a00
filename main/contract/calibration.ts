/** How fast this machine does each kind of a training step's work: measured once, to predict steps with. */
import { z } from 'zod'
import { errorData } from './errors.ts'
import { machineFacts } from './machine.ts'
import { computation } from './runs.ts'
import { trainingConfig } from './training.ts'

/** What a calibration is for. */
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
  /** Milliseconds of one unit of each kind of work (main/model/step-time). */
  unitTimes: z.record(z.string().max(100), z.number().min(0)),
})
export type Calibration = z.infer<typeof calibration>

export const calibrationProgress = calibrationSubject.extend({
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** 0 to 1. */
  fraction: z.number(),
  error: errorData.nullable(),
})
export type CalibrationProgress = z.infer<typeof calibrationProgress>
