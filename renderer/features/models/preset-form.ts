/** Reads and changes the settings of a preset as the form shows them. */
import type { BoundColumns, ModelDocument } from '../../../main/model/document.ts'
import { defaultSettings, presetDocument, type PresetName } from '../../../main/model/presets/index.ts'
import {
  compressionSettings,
  type Dcnv2Settings,
  type DlrmSettings,
} from '../../../main/model/presets/settings.ts'
import { withValue } from '../../ui/form-field.ts'

/** The settings of all presets. A preset has those that its defaults have. */
export type PresetSettings = Partial<DlrmSettings & Dcnv2Settings>

export function defaultsOf(preset: PresetName): PresetSettings {
  return defaultSettings(preset)
}

/** The form has one choice for the interaction and whether it includes each vector's product with itself. */
export type InteractionChoice = 'dot' | 'dotWithSelf' | 'cat'

export function interactionOf({ interaction, includeSelf }: PresetSettings): InteractionChoice {
  if (interaction === 'cat') return 'cat'
  return includeSelf ? 'dotWithSelf' : 'dot'
}

function withInteraction(settings: PresetSettings, choice: InteractionChoice): PresetSettings {
  const interaction = choice === 'cat' ? 'cat' : 'dot'
  return { ...settings, interaction, includeSelf: choice === 'dotWithSelf' }
}

/** Chooses a loss, and adds or drops the weights that only a weighted loss has. */
function withLoss(settings: PresetSettings, loss: DlrmSettings['loss']): PresetSettings {
  const { weights, ...rest } = settings
  return loss === 'weightedBce' ? { ...rest, loss, weights: weights ?? [1, 1] } : { ...rest, loss }
}

/** Gives the settings as the form's fields show them. */
export function formValues(preset: PresetName, settings: PresetSettings): object {
  const { rank } = settings
  return { ...defaultsOf(preset), ...settings, interaction: interactionOf(settings), rank: rank ?? 0 }
}

/** Changes the setting of a field, and the settings that depend on it. */
export function withSetting(settings: PresetSettings, path: string, value: unknown): PresetSettings {
  const [first, inner] = path.split('.')
  if (path === 'interaction') return withInteraction(settings, value as InteractionChoice)
  if (path === 'loss') return withLoss(settings, value as DlrmSettings['loss'])
  if (path === 'rank') return { ...settings, rank: value === 0 ? null : (value as number) }
  if (path === 'compression.kind')
    return { ...settings, compression: compressionSettings.parse({ kind: value }) }
  if (first !== 'weights') return withValue(settings, path, value)
  const [zero, one] = settings.weights ?? [1, 1]
  return { ...settings, weights: inner === '0' ? [value as number, one] : [zero, value as number] }
}

export type ColumnSetting = 'rows' | 'tableDimension'
type ColumnSettings = NonNullable<PresetSettings['columns']>[string]

/** Gives a column's own settings. A column may be called `constructor`, which every object inherits. */
export function columnSettings(settings: PresetSettings, column: string): ColumnSettings {
  const { columns } = settings
  return (columns && Object.hasOwn(columns, column) && columns[column]) || {}
}

/** Changes a column's setting. undefined removes it. */
export function withColumn(
  settings: PresetSettings,
  column: string,
  name: ColumnSetting,
  value: number | undefined,
): PresetSettings {
  const others = Object.entries(settings.columns ?? {}).filter(([each]) => each !== column)
  const own = { ...columnSettings(settings, column), [name]: value }
  if (value === undefined) delete own[name]
  const changed = Object.keys(own).length > 0 ? [...others, [column, own] as const] : others
  return { ...settings, columns: Object.fromEntries(changed) }
}

/** Builds the preset's document with a name. Settings of columns that the dataset does not have are left out. */
export function documentFrom(
  preset: PresetName,
  columns: BoundColumns,
  settings: PresetSettings,
  about: Pick<ModelDocument, 'name' | 'description'>,
): ModelDocument {
  return { ...presetDocument(preset, columns, settings), ...about }
}
