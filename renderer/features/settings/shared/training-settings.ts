/** What new runs of this workspace start with. */
import { settingAt } from '../../../../main/model/assign-setting.ts'
import { startingConfig, type TrainingDefaults } from '../../../../main/contract/settings.ts'
import type { useSettings } from '../../../platform/settings-store.ts'
import type { FormField } from '../../../ui/form-field.ts'
import {
  basicFields,
  patienceLimits,
  precisionField,
  rateFields,
} from '../../new-run/shared/training-fields.ts'
import type { Setting } from './setting.ts'

const patience: FormField = {
  path: 'earlyStopping.patience',
  name: 'Early stopping',
  hint: 'Epochs without a better validation metric before a run stops. Empty = it trains for all epochs.',
  control: 'optionalNumber',
  limits: patienceLimits,
  placeholder: 'never',
}

const fields: readonly FormField[] = [
  ...basicFields,
  ...rateFields('tables'),
  ...rateFields('dense'),
  patience,
  precisionField,
]

const WORDS = 'training defaults new run'

export function trainingSettingList(store: ReturnType<typeof useSettings>): Setting[] {
  return fields.map((field) => {
    const path = field.path.split('.')
    const chosen = settingAt(store.training, path) !== undefined
    const withoutIt = without(store.training, field.path)
    const ownDefault = settingAt(startingConfig(withoutIt, 0), path)
    return {
      key: field.path,
      section: 'runs',
      field,
      words: WORDS,
      value: settingAt(store.newRun, path),
      isDefault: !chosen,
      change: (value) =>
        store.changeTraining(
          value === ownDefault || value === undefined ? withoutIt : withValue(withoutIt, field.path, value),
        ),
      reset: () => store.changeTraining(withoutIt),
    }
  })
}

/** The defaults without the one at the path. A group of which nothing is left goes as well. */
export function without(defaults: TrainingDefaults, path: string): TrainingDefaults {
  const [first = '', second] = path.split('.')
  const { [first as keyof TrainingDefaults]: group, ...others } = defaults
  if (second === undefined || group === undefined || group === null) return others
  const left = Object.entries(group).filter(([name]) => name !== second)
  return left.length === 0 ? others : { ...others, [first]: Object.fromEntries(left) }
}

function withValue(defaults: TrainingDefaults, path: string, value: unknown): TrainingDefaults {
  const [first = '', second] = path.split('.')
  if (second === undefined) return { ...defaults, [first]: value }
  const group = defaults[first as keyof TrainingDefaults]
  return { ...defaults, [first]: { ...(typeof group === 'object' ? group : {}), [second]: value } }
}
