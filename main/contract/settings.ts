/**
 * Settings: those of a person, which all windows on this machine have, and those of a workspace, with which its new runs
 * start in the window and on the command line.
 */
import { z } from 'zod'
import { issueSentence } from '../model/issue-text.ts'
import {
  defaultTrainingConfig,
  optimizerSettings,
  trainingConfig,
  withKind,
  type TrainingConfig,
} from './training.ts'

export const personSettings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['comfortable', 'compact']),
  /** background: only while no window of this workspace has the focus. */
  notifications: z.enum(['always', 'background', 'off']),
  /** The decimal sign of numbers. With system, their separators are the system's as well. */
  decimal: z.enum(['point', 'comma', 'system']),
  /** Between groups of three digits: the sign that is not the decimal one, a space, or nothing. */
  thousands: z.enum(['sign', 'space', 'none']),
  /** 3 Nov 2026, 2026-11-03, or as the system writes it. */
  dates: z.enum(['named', 'iso', 'system']),
  clock: z.enum(['24h', '12h', 'system']),
  /** The threads of new runs. 0 means all cores. It belongs to the machine, so it does not move with a workspace. */
  threads: trainingConfig.shape.threads,
  /** The tour is offered until it was taken, left or declined. Whoever wants it again finds it in the Help menu. */
  offerTour: z.boolean(),
})
export type PersonSettings = z.infer<typeof personSettings>

export const defaultPersonSettings: PersonSettings = {
  theme: 'system',
  density: 'comfortable',
  notifications: 'background',
  decimal: 'point',
  thousands: 'sign',
  dates: 'named',
  clock: '24h',
  threads: defaultTrainingConfig.threads,
  offerTour: true,
}

const optimizerDefaults = optimizerSettings.pick({ kind: true, learningRate: true }).partial()

/** What new runs of a workspace start with. What is absent has the value of `defaultTrainingConfig`. */
export const trainingDefaults = z
  .strictObject({
    ...trainingConfig.pick({
      epochs: true,
      batchSize: true,
      seed: true,
      precision: true,
      earlyStopping: true,
    }).shape,
    tables: optimizerDefaults,
    dense: optimizerDefaults,
  })
  .partial()
export type TrainingDefaults = z.infer<typeof trainingDefaults>

/**
 * The configuration of a new run. An optimizer that is chosen without a learning rate gets the rate that suits it.
 */
export function startingConfig(defaults: TrainingDefaults, threads: number): TrainingConfig {
  const { tables, dense, ...others } = defaults
  const group = (name: 'tables' | 'dense', chosen: TrainingDefaults['tables']) => {
    const own = withKind(defaultTrainingConfig[name], chosen?.kind ?? defaultTrainingConfig[name].kind, name)
    return { ...own, learningRate: chosen?.learningRate ?? own.learningRate }
  }
  return {
    ...defaultTrainingConfig,
    ...others,
    threads,
    tables: group('tables', tables),
    dense: group('dense', dense),
  }
}

/** The settings that new runs of this workspace start with on this machine. */
export interface RunDefaults {
  training: TrainingDefaults
  threads: number
}

/**
 * The fields of stored settings that can be used, each checked on its own so that a damaged one does not cost the others,
 * and a sentence about each that cannot. Fields that this version does not know are left out without a word, because a
 * newer version may have written them.
 */
export function usableFields<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  stored: unknown,
): { fields: Partial<z.infer<z.ZodObject<Shape>>>; problems: string[] } {
  const fields: Record<string, unknown> = {}
  const problems: string[] = []
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored))
    return { fields: {}, problems: ['It is not an object with settings.'] }
  for (const [name, value] of Object.entries(stored)) {
    const field = Object.hasOwn(schema.shape, name) ? (schema.shape[name] as z.ZodType) : null
    if (!field) continue
    const checked = field.safeParse(value)
    if (checked.success) fields[name] = checked.data
    else {
      const issue = checked.error.issues[0]
      problems.push(issueSentence(issue, [name, ...(issue?.path ?? [])].join('.')))
    }
  }
  return { fields: fields as Partial<z.infer<z.ZodObject<Shape>>>, problems }
}
