import { z } from 'zod'
import {
  datasetJob,
  datasetSummary,
  filePreview,
  gaussianIndices,
  generateRequest,
  importRequest,
  MAX_FILES,
  previewRequest,
  sampleOptions,
  tracedIndices,
  uniformIndices,
} from '../datasets.ts'
import { fileHandle } from '../file-handles.ts'
import { datasetManifest } from '../manifest.ts'
import { trashed } from '../trash.ts'
import { byId, done, nothing } from './shared.ts'

const startedJob = z.object({ job: z.string() })

export const datasetRequests = {
  'datasets.list': { request: nothing, response: z.object({ datasets: z.array(datasetSummary) }) },
  'datasets.show': { request: byId, response: datasetManifest },
  /** How many runs were trained on it, how many of them are active, and the names of the newest ones. */
  'datasets.users': {
    request: byId,
    response: z.object({ runs: z.int(), live: z.int(), names: z.array(z.string()) }),
  },
  /** Moves a dataset to the trash. It is refused while runs train on the dataset and, without `force`, if ended runs were trained on it. */
  'datasets.delete': { request: byId.extend({ force: z.boolean().optional() }), response: trashed },
  'datasets.preview': {
    request: previewRequest.extend({ file: fileHandle('importData') }),
    response: filePreview,
  },
  'datasets.import': {
    request: importRequest.extend({ files: z.array(fileHandle('importData')).min(1).max(MAX_FILES) }),
    response: startedJob,
  },
  'datasets.installSample': {
    request: sampleOptions.extend({ localFile: fileHandle('installSample').optional() }),
    response: startedJob,
  },
  /** Why MovieLens 100K cannot be downloaded at the moment, or null if it probably can. Takes two seconds at most. */
  'datasets.checkDownload': { request: nothing, response: z.object({ problem: z.string().nullable() }) },
  'datasets.generate': {
    request: generateRequest.extend({
      distribution: z.discriminatedUnion('kind', [
        uniformIndices,
        gaussianIndices,
        tracedIndices.extend({ files: z.array(fileHandle('generateFromTrace')).min(1).max(MAX_FILES) }),
      ]),
    }),
    response: startedJob,
  },
  /** The jobs of this session, including finished ones. */
  'jobs.list': { request: nothing, response: z.object({ jobs: z.array(datasetJob) }) },
  'jobs.cancel': { request: z.strictObject({ job: z.string() }), response: done },
} as const
