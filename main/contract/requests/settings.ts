import { z } from 'zod'
import { personSettings, trainingDefaults } from '../settings.ts'
import { done, nothing } from './shared.ts'

export const settingsRequests = {
  'settings.read': {
    request: nothing,
    response: z.object({
      person: personSettings,
      training: trainingDefaults,
      /** What could not be read, each in a sentence. Defaults are in place of it. */
      problems: z.array(z.string()),
    }),
  },
  /** Changes the named settings of the person, for all windows. */
  'settings.changePerson': { request: personSettings.partial(), response: done },
  /** Replaces the settings with which new runs of this workspace start. */
  'settings.changeTraining': { request: trainingDefaults, response: done },
} as const
