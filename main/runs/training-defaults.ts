/** What new runs of a workspace start with, in its database, so that it moves with the workspace. */
import type { StudioDatabase, StudioReader } from '../../db/index.ts'
import { toErrorData } from '../contract/errors.ts'
import {
  startingConfig,
  trainingDefaults,
  usableFields,
  type TrainingDefaults,
} from '../contract/settings.ts'
import type { TrainingConfig } from '../contract/training.ts'
import { readPersonSettings } from '../platform/person-settings.ts'

const KEY = 'training-defaults'

/** The chosen defaults that can be used, and what is wrong with the others in a sentence, or null. */
export function readTrainingDefaults(database: Pick<StudioReader, 'preferences'>): {
  training: TrainingDefaults
  problem: string | null
} {
  try {
    const stored = database.preferences.get(KEY)
    if (stored === undefined) return { training: {}, problem: null }
    const { fields, problems } = usableFields(trainingDefaults, stored)
    const problem = `Some training defaults of this workspace cannot be used: ${problems.join(' ')}`
    return { training: fields, problem: problems.length === 0 ? null : problem }
  } catch (error) {
    return { training: {}, problem: `${toErrorData(error).message} Runs start with the built-in defaults.` }
  }
}

/** Throws ReadOnly where the workspace cannot be written. */
export function changeTrainingDefaults(database: StudioDatabase, training: TrainingDefaults): void {
  const chosen = Object.keys(training).length > 0
  database.preferences.set(KEY, chosen ? training : undefined)
}

/** The configuration of a new run of this workspace on this machine, and what could not be read, each in a sentence. */
export function configOfNewRun(database: Pick<StudioReader, 'preferences'>): {
  config: TrainingConfig
  problems: string[]
} {
  const { training, problem } = readTrainingDefaults(database)
  const person = readPersonSettings()
  return {
    config: startingConfig(training, person.settings.threads),
    problems: [problem, person.problem].filter((each) => each !== null),
  }
}
