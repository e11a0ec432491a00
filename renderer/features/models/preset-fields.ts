/** The fields of a preset's form as plain data. */
import type { BoundColumns } from '../../../main/model/document.ts'
import { activationChoices } from '../../../main/model/kinds/activations.ts'
import {
  combinationChoices,
  compressionChoices,
  poolingChoices,
  rowWeightsChoices,
} from '../../../main/model/kinds/embedding-fields.ts'
import { lossChoices } from '../../../main/model/kinds/loss.ts'
import { ROW_BOUNDS, WIDTH_BOUNDS } from '../../../main/model/kinds/schema.ts'
import { untrainedRowsChoices } from '../../../main/model/kinds/untrained-rows.ts'
import { boundsOf } from '../../../main/model/number-bounds.ts'
import type { PresetName } from '../../../main/model/presets/index.ts'
import { dcnSettings, dlrmSettings } from '../../../main/model/presets/settings.ts'
import type { FormField } from '../../ui/form-field.ts'
import { defaultsOf, type PresetSettings } from './preset-form.ts'

const interactions = [
  { value: 'dot', text: 'Dot products' },
  { value: 'dotWithSelf', text: 'Dot products with self-products' },
  { value: 'cat', text: 'Concatenation' },
]

/** The fields of the settings that the preset has: those of every model, and those that are folded away. */
export function presetFields(
  preset: PresetName,
  settings: PresetSettings,
  columns: BoundColumns | null,
): { main: FormField[]; more: FormField[] } {
  const defaults = defaultsOf(preset)
  const owned = (fields: FormField[]) =>
    fields.filter(({ path }) => Object.hasOwn(defaults, path.split('.')[0] ?? ''))
  return {
    main: [...owned(layerFields(settings, columns)), ...lossFields(settings)],
    more: owned([...tableFields, ...compressionFields(settings), ...regularisationFields]),
  }
}

const layerFields = ({ dimension }: PresetSettings, columns: BoundColumns | null): FormField[] => [
  {
    path: 'dimension',
    name: 'Embedding dimension',
    hint: 'Width of every table’s vectors.',
    control: 'number',
    limits: WIDTH_BOUNDS,
  },
  {
    path: 'bottom',
    name: 'Bottom MLP',
    hint:
      columns?.dense.length === 0
        ? 'Not used: this dataset has no dense features.'
        : `Layers for the dense features; the last has the embedding dimension, ${dimension}.`,
    control: 'widths',
  },
  { path: 'interaction', name: 'Interaction', control: 'choice', options: interactions },
  {
    path: 'top',
    name: 'Top MLP',
    hint: 'Layers after the interaction; the last has width 1, the prediction.',
    control: 'widths',
  },
  {
    path: 'layers',
    name: 'Cross layers',
    control: 'number',
    limits: boundsOf(dcnSettings.shape.layers),
  },
  {
    path: 'rank',
    name: 'Rank of a cross layer’s matrix',
    hint: '0 = a full matrix.',
    control: 'number',
    limits: { ...WIDTH_BOUNDS, minimum: 0 },
  },
  {
    path: 'deep',
    name: 'Deep part',
    hint: 'Hidden layers on all features, concatenated.',
    control: 'widths',
  },
]

const lossFields = ({ weights }: PresetSettings): FormField[] => [
  { path: 'loss', name: 'Loss', control: 'choice', options: lossChoices },
  ...(weights ?? []).map<FormField>((_, label) => ({
    path: `weights.${label}`,
    name: `Weight of label ${label}`,
    control: 'number',
    limits: { minimum: 0 },
  })),
]

const tableFields: readonly FormField[] = [
  {
    path: 'pooling',
    name: 'Pooling',
    hint: 'How the vectors of a multi-valued column are combined.',
    control: 'choice',
    options: poolingChoices,
  },
  { path: 'rowWeights', name: 'Row weights', control: 'choice', options: rowWeightsChoices },
  {
    path: 'untrainedRows',
    name: 'Untrained rows',
    hint: 'What predictions use for values that were not seen in training.',
    control: 'choice',
    options: untrainedRowsChoices,
  },
]

/** The settings that make all large tables smaller. */
function compressionFields({ compression }: PresetSettings): FormField[] {
  const kind: FormField = {
    path: 'compression.kind',
    name: 'Compression of large tables',
    control: 'choice',
    options: compressionChoices,
    testId: 'model-compression',
  }
  const hashed: FormField = {
    path: 'compression.rows',
    name: 'Rows at most',
    control: 'number',
    limits: ROW_BOUNDS,
  }
  const divided: FormField[] = [
    {
      path: 'compression.collisions',
      name: 'Collisions',
      hint: 'Number of values that share a row of the quotient table.',
      control: 'number',
      limits: ROW_BOUNDS,
    },
    {
      path: 'compression.operation',
      name: 'Both rows are',
      control: 'choice',
      options: combinationChoices,
    },
    {
      path: 'compression.threshold',
      name: 'Uncompressed up to',
      hint: 'Tables with at most this many rows are not compressed.',
      unit: 'rows',
      control: 'number',
      limits: { ...ROW_BOUNDS, minimum: 0 },
    },
  ]
  if (compression?.kind === 'hash') return [kind, hashed]
  return compression?.kind === 'quotientRemainder' ? [kind, ...divided] : [kind]
}

const regularisationFields: readonly FormField[] = [
  {
    path: 'activation',
    name: 'Activation of hidden layers',
    control: 'choice',
    options: activationChoices,
  },
  {
    path: 'dropout',
    name: 'Dropout',
    hint: 'Share of hidden units dropped in training.',
    control: 'number',
    limits: boundsOf(dlrmSettings.shape.dropout),
  },
  {
    path: 'clamp',
    name: 'Clamp predictions',
    hint: 'Keeps predictions within [c, 1 − c]. 0 = off.',
    control: 'number',
    limits: boundsOf(dlrmSettings.shape.clamp),
  },
]
