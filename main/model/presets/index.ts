/** Well-known models as ordinary documents: a preset is only a way to write one. */
import type { z } from 'zod'
import type { BoundColumns, ModelDocument } from '../document.ts'
import { dcn, dcnv2, deepFm, plainMlp, wideAndDeep } from './deep.ts'
import { dlrm } from './dlrm.ts'
import { factorizationMachine, logisticRegression } from './factorization.ts'
import {
  dcnSettings,
  dcnv2Settings,
  deepSettings,
  dlrmSettings,
  factorizationMachineSettings,
  logisticRegressionSettings,
} from './settings.ts'

export const presetNames = [
  'dlrm',
  'dcn',
  'dcnv2',
  'deepfm',
  'wide-and-deep',
  'mlp',
  'fm',
  'logistic-regression',
] as const
export type PresetName = (typeof presetNames)[number]

export interface Preset {
  title: string
  /** One sentence for someone choosing. */
  summary: string
  /** Its settings with their defaults. */
  settings: z.ZodType<Record<string, unknown>>
  /** `settings` may leave out anything that has a default. Throws a ZodError where they are not valid. */
  build(columns: BoundColumns, settings: unknown): ModelDocument
}

function preset<Settings extends Record<string, unknown>>(
  title: string,
  summary: string,
  settings: z.ZodType<Settings>,
  build: (columns: BoundColumns, settings: Settings) => ModelDocument,
): Preset {
  return { title, summary, settings, build: (columns, given) => build(columns, settings.parse(given)) }
}

export const presets: Record<PresetName, Preset> = {
  dlrm: preset('DLRM', 'Embeddings and dense features interact by dot products.', dlrmSettings, dlrm),
  dcn: preset('DCN', 'Cross layers with a vector each, beside a perceptron.', dcnSettings, dcn),
  dcnv2: preset(
    'DCNv2',
    'Cross layers with a full or low-rank matrix each, beside a perceptron.',
    dcnv2Settings,
    dcnv2,
  ),
  deepfm: preset(
    'DeepFM',
    'A factorization machine and a perceptron share embeddings.',
    deepSettings,
    deepFm,
  ),
  'wide-and-deep': preset(
    'Wide & Deep',
    'A linear model memorises while a perceptron generalises.',
    deepSettings,
    wideAndDeep,
  ),
  mlp: preset('MLP', 'A perceptron over all features side by side.', deepSettings, plainMlp),
  fm: preset(
    'FM',
    'First-order terms and all pairwise interactions of embeddings.',
    factorizationMachineSettings,
    factorizationMachine,
  ),
  'logistic-regression': preset(
    'Logistic regression',
    'One weight a feature: the baseline that others have to beat.',
    logisticRegressionSettings,
    logisticRegression,
  ),
}

export function isPresetName(name: string): name is PresetName {
  return (presetNames as readonly string[]).includes(name)
}

/** Every setting's default. */
export function defaultSettings(name: PresetName): Record<string, unknown> {
  return presets[name].settings.parse({})
}

/** A preset's document for a dataset's columns; settings left out have their defaults. */
export function presetDocument(
  name: PresetName,
  columns: BoundColumns,
  settings: unknown = {},
): ModelDocument {
  return presets[name].build(columns, settings)
}
