import { z } from 'zod'
import {
  datasetJob,
  datasetName,
  datasetSummary,
  filePreview,
  gaussianIndices,
  generateRequest,
  importRequest,
  importSchema,
  MAX_FILES,
  previewRequest,
  sampleOptions,
  tracedIndices,
  uniformIndices,
} from '../datasets.ts'
import { leakReport } from '../dataset-leaks.ts'
import { datasetStatistics } from '../dataset-statistics.ts'
import { fileHandle } from '../file-handles.ts'
import { datasetManifest } from '../manifest.ts'
import { remedy } from '../remedies.ts'
import { trashed } from '../trash.ts'
import { byId, done, nothing, writtenFile } from './shared.ts'

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
    request: previewRequest.extend({
      file: fileHandle('importData'),
      /** A file with a schema. */
      schema: fileHandle('importSchema').optional(),
    }),
    response: filePreview,
  },
  'datasets.import': {
    request: importRequest.extend({ files: z.array(fileHandle('importData')).min(1).max(MAX_FILES) }),
    response: startedJob,
  },
  /** Imports the files of a dataset again under another name, with remedies for what was rejected. */
  'datasets.importAgain': {
    request: byId.extend({ name: datasetName, remedies: z.array(remedy).min(1).max(1000) }),
    response: startedJob,
  },
  /** Writes the rejected rows of a dataset, or of a failed import of that name, as CSV. */
  'datasets.exportRejected': {
    request: byId.extend({ out: fileHandle('exportRejected') }),
    response: writtenFile,
  },
  /** Statistics by split; null of a dataset that an earlier version imported, or that was generated. */
  'datasets.statistics': { request: byId, response: datasetStatistics.nullable() },
  /** Scores each column alone and compares rows. Its progress comes as `leaks` events. */
  'datasets.leaks': { request: byId, response: leakReport },
  /** Ends the search in this dataset, which then fails with Cancelled. */
  'datasets.cancelLeaks': { request: byId, response: done },
  /** Writes a schema to a file, with which data import does the same again. */
  'datasets.exportSchema': {
    request: z.strictObject({ schema: importSchema, out: fileHandle('exportSchema') }),
    response: z.object({ path: z.string() }),
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
