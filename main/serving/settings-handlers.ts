import type { StudioDatabase } from '../../db/index.ts'
import type { EngineEvent } from '../contract/events.ts'
import { changePersonSettings, readPersonSettings } from '../platform/person-settings.ts'
import { changeTrainingDefaults, readTrainingDefaults } from '../runs/training-defaults.ts'
import type { HandlersOf } from './handlers.ts'

/** The settings of the person and of this workspace. `emit` tells windows and shell that they have changed. */
export function settingsHandlers(
  database: StudioDatabase,
  emit: (event: EngineEvent) => void,
): HandlersOf<'settings'> {
  const changed = () => {
    emit({ kind: 'changed', what: 'settings' })
    return {}
  }
  return {
    'settings.read': () => {
      const person = readPersonSettings()
      const { training, problem } = readTrainingDefaults(database)
      return {
        person: person.settings,
        training,
        problems: [person.problem, problem].filter((each) => each !== null),
      }
    },
    'settings.changePerson': async (changes) => {
      await changePersonSettings(changes)
      return changed()
    },
    'settings.changeTraining': (training) => {
      changeTrainingDefaults(database, training)
      return changed()
    },
  }
}
