/** Well-known models as ordinary documents: a preset is only a way to write one. */
import type { z } from 'zod'
import { modelDocument, type BoundColumns, type ModelDocument } from '../document.ts'
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

export interface Paper {
  /** Authors, year, title. */
  title: string
  url: string
}

export interface Preset {
  title: string
  /** One sentence for someone choosing. */
  summary: string
  /** Where it comes from. */
  paper: Paper
  /** Its settings with their defaults. */
  settings: z.ZodType<Record<string, unknown>>
  /** `settings` may leave out anything that has a default. Throws a ZodError where they are not valid. */
  build(columns: BoundColumns, settings: unknown): ModelDocument
}

function preset<Settings extends Record<string, unknown>>(
  title: string,
  summary: string,
  paper: Paper,
  settings: z.ZodType<Settings>,
  build: (columns: BoundColumns, settings: Settings) => ModelDocument,
): Preset {
  return { title, summary, paper, settings, build: (columns, given) => build(columns, settings.parse(given)) }
}

const arxiv = (id: string, title: string): Paper => ({ title, url: `https://arxiv.org/abs/${id}` })
const doi = (id: string, title: string): Paper => ({ title, url: `https://doi.org/${id}` })

export const presets: Record<PresetName, Preset> = {
  dlrm: preset(
    'DLRM',
    'Embeddings and dense features interact by dot products.',
    arxiv('1906.00091', 'Naumov et al. 2019, Deep Learning Recommendation Model'),
    dlrmSettings,
    dlrm,
  ),
  dcn: preset(
    'DCN',
    'Cross layers with a vector each, beside a perceptron.',
    arxiv('1708.05123', 'Wang et al. 2017, Deep & Cross Network'),
    dcnSettings,
    dcn,
  ),
  dcnv2: preset(
    'DCNv2',
    'Cross layers with a full or low-rank matrix each, beside a perceptron.',
    arxiv('2008.13535', 'Wang et al. 2021, DCN V2'),
    dcnv2Settings,
    dcnv2,
  ),
  deepfm: preset(
    'DeepFM',
    'A factorization machine and a perceptron share embeddings.',
    arxiv('1703.04247', 'Guo et al. 2017, DeepFM'),
    deepSettings,
    deepFm,
  ),
  'wide-and-deep': preset(
    'Wide & Deep',
    'A linear model memorises while a perceptron generalises.',
    arxiv('1606.07792', 'Cheng et al. 2016, Wide & Deep Learning'),
    deepSettings,
    wideAndDeep,
  ),
  mlp: preset(
    'MLP',
    'A perceptron over all features side by side.',
    doi('10.1145/2959100.2959190', 'Covington et al. 2016, Deep Neural Networks for YouTube'),
    deepSettings,
    plainMlp,
  ),
  fm: preset(
    'FM',
    'First-order terms and all pairwise interactions of embeddings.',
    doi('10.1109/ICDM.2010.127', 'Rendle 2010, Factorization Machines'),
    factorizationMachineSettings,
    factorizationMachine,
  ),
  'logistic-regression': preset(
    'Logistic regression',
    'One weight a feature: the baseline that others have to beat.',
    doi('10.1145/2487575.2488200', 'McMahan et al. 2013, Ad Click Prediction'),
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
  const document = presets[name].build(columns, settings)
  // With its fields in the schema's order, as they are stored: saving changes no byte of it.
  return modelDocument.safeParse(document).data ?? document
}
