/** Well-known models as ordinary documents. A preset only creates a document. */
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
  authors: string
  year: number
  title: string
  /** Where it was published, in the field's usual abbreviation. */
  venue: string
  url: string
}

export interface Preset {
  title: string
  /** One sentence for people who choose a preset. */
  summary: string
  /** The source of the preset. */
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

const arxiv = (id: string): string => `https://arxiv.org/abs/${id}`
const doi = (id: string): string => `https://doi.org/${id}`

export const presets: Record<PresetName, Preset> = {
  dlrm: preset(
    'DLRM',
    'An MLP embeds the dense features; pairwise dot products with the sparse embeddings feed a second MLP.',
    {
      authors: 'Naumov et al.',
      year: 2019,
      venue: 'arXiv:1906.00091',
      url: arxiv('1906.00091'),
      title: 'Deep Learning Recommendation Model for Personalization and Recommendation Systems',
    },
    dlrmSettings,
    dlrm,
  ),
  dcn: preset(
    'DCN',
    'Cross layers, each with a weight vector, model feature interactions in parallel with an MLP.',
    {
      authors: 'Wang et al.',
      year: 2017,
      venue: 'ADKDD',
      url: arxiv('1708.05123'),
      title: 'Deep & Cross Network for Ad Click Predictions',
    },
    dcnSettings,
    dcn,
  ),
  dcnv2: preset(
    'DCNv2',
    'Cross layers, each with a full or low-rank weight matrix, in parallel with an MLP.',
    {
      authors: 'Wang et al.',
      year: 2021,
      venue: 'WWW',
      url: arxiv('2008.13535'),
      title:
        'DCN V2: Improved Deep & Cross Network and Practical Lessons for Web-scale Learning to Rank Systems',
    },
    dcnv2Settings,
    dcnv2,
  ),
  deepfm: preset(
    'DeepFM',
    'A factorization machine and an MLP share one set of embeddings, and their outputs are added.',
    {
      authors: 'Guo et al.',
      year: 2017,
      venue: 'IJCAI',
      url: arxiv('1703.04247'),
      title: 'DeepFM: A Factorization-Machine based Neural Network for CTR Prediction',
    },
    deepSettings,
    deepFm,
  ),
  'wide-and-deep': preset(
    'Wide & Deep',
    'A linear model memorises single features while an MLP over embeddings generalises.',
    {
      authors: 'Cheng et al.',
      year: 2016,
      venue: 'DLRS',
      url: arxiv('1606.07792'),
      title: 'Wide & Deep Learning for Recommender Systems',
    },
    deepSettings,
    wideAndDeep,
  ),
  mlp: preset(
    'MLP',
    'One MLP reads dense features and embeddings side by side.',
    {
      authors: 'Covington et al.',
      year: 2016,
      venue: 'RecSys',
      url: doi('10.1145/2959100.2959190'),
      title: 'Deep Neural Networks for YouTube Recommendations',
    },
    deepSettings,
    plainMlp,
  ),
  fm: preset(
    'FM',
    'One weight for each feature value, plus the dot products of all pairs of embeddings.',
    {
      authors: 'Rendle',
      year: 2010,
      venue: 'ICDM',
      url: doi('10.1109/ICDM.2010.127'),
      title: 'Factorization Machines',
    },
    factorizationMachineSettings,
    factorizationMachine,
  ),
  'logistic-regression': preset(
    'Logistic regression',
    'One weight for each feature value: the baseline for other models.',
    {
      authors: 'McMahan et al.',
      year: 2013,
      venue: 'KDD',
      url: doi('10.1145/2487575.2488200'),
      title: 'Ad Click Prediction: a View from the Trenches',
    },
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
  // The document with its fields in the schema's order, in which they are stored, so that saving changes no byte of it.
  return modelDocument.safeParse(document).data ?? document
}
