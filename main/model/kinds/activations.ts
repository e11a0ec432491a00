/** The activation functions, and their names for people. */
import { z } from 'zod'
import type { Activation } from '../../../native/generated/engine.ts'
import { choices } from './field.ts'

export const activation = z.enum(['none', 'relu', 'sigmoid', 'tanh', 'gelu']) satisfies z.ZodType<Activation>
export type { Activation }

/** Their names inside a sentence. */
export const activationNames: Record<Activation, string> = {
  none: 'linear',
  relu: 'ReLU',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  gelu: 'GELU',
}

export const activationChoices = choices(activationNames)
