/**
 * Every request the engine answers: name, schema of what is asked, schema of the answer, and the largest message.
 * The engine checks requests against these; the renderer gets its types from them.
 */
import { MAX_NAME_LENGTH } from '../model/kinds/schema.ts'
import { z } from 'zod'
import { backendStatus, tensorflowDevice } from './backends.ts'
import {
  benchmarkOptions,
  benchmarkProgress,
  benchmarkRequest,
  benchmarkResult,
  benchmarkShape,
  benchmarkSummary,
  MAX_SHOWN_BENCHMARKS,
  memoryNeed,
} from './benchmarks.ts'
import { calibration, calibrationProgress, calibrationSubject, measuredRun } from './calibration.ts'
import { datasetManifest } from './manifest.ts'
import { modelDocument } from '../model/document.ts'
import { documentPatch, MAX_EDIT_NAME } from '../model/editing/patch.ts'
import {
  datasetSummary,
  filePreview,
  gaussianIndices,
  generateRequest,
  importOutcome,
  importRequest,
  jobProgress,
  MAX_FILES,
  previewRequest,
  sampleOptions,
  tracedIndices,
  uniformIndices,
} from './datasets.ts'
import { errorData } from './errors.ts'
import { fileHandle } from './file-handles.ts'
import { MAX_LISTED_RUNS, runIdsPage, runPage } from './run-list.ts'
import {
  comparison,
  logLine,
  metricPoint,
  quantisation,
  quantisedResult,
  runDetail,
  runProfile,
  runName,
  runSummary,
  MAX_COMPARED_RUNS,
} from './runs.ts'
import { trainingConfig } from './training.ts'

/** Of one answer, as is each list: what grows with use is asked for in pages, or its newest part is told. */
export const MAX_LISTED_EDITS = 1000
export const MAX_LISTED_VERSIONS = 1000

const nothing = z.strictObject({})
const byId = z.strictObject({ id: z.string().min(1).max(200) })
const done = z.object({})
const versionName = z.string().trim().min(1).max(MAX_NAME_LENGTH)
const versionRef = z.strictObject({
  kind: z.enum(['named', 'run']),
  id: z.string().min(1).max(200),
})

const job = z.object({
  progress: jobProgress,
  outcome: importOutcome.nullable(),
  error: errorData.nullable(),
})

export const workspaceInfo = z.object({
  path: z.string(),
  appVersion: z.string(),
  cpu: z.string(),
  cores: z.int(),
  memoryBytes: z.number(),
  /** What a new process could take now without swapping. */
  freeMemoryBytes: z.number(),
  freeDiskBytes: z.number(),
  /** True until a first dataset or run exists: the window offers the quick start. */
  fresh: z.boolean(),
})

/** A line of the list of models: what is drawn or trained of one is asked for by `models.get`. */
export const modelSummary = z.object({
  id: z.string(),
  name: z.string(),
  updatedAt: z.string(),
  nodes: z.int(),
})

export const savedModel = z.object({
  id: z.string(),
  name: z.string(),
  updatedAt: z.string(),
  document: modelDocument,
})

/** What the next undo and redo of a model would be. */
export const undoState = z.object({
  /** How many of the edits are in effect. */
  done: z.int(),
  /** Names of the edit that can be undone and of the one that can be redone. */
  undo: z.string().nullable(),
  redo: z.string().nullable(),
})

/** A version of a saved model: one that was given a name, or what a run of a model of this name was trained with. */
export const modelVersion = z.object({
  id: z.string(),
  kind: z.enum(['named', 'run']),
  name: z.string(),
  createdAt: z.string(),
})

export const modelEdit = z.object({ number: z.int(), name: z.string(), madeAt: z.string() })

export const doctorCheck = z.object({
  name: z.string(),
  ok: z.boolean(),
  found: z.string(),
  /** The exact command or step, where something is missing. */
  remedy: z.string().nullable(),
})

const unfinishedWork = z.object({
  /** Runs that can be resumed: stopped because the window was closed, or interrupted by a crash. */
  runs: z.array(z.object({ id: z.string(), name: z.string(), how: z.enum(['closed', 'interrupted']) })),
  /** What else closing has cancelled, as in `workspace.activity`. */
  others: z.array(z.string()),
})
export type UnfinishedWork = z.infer<typeof unfinishedWork>

export const requests = {
  'workspace.info': { request: nothing, response: workspaceInfo },
  /** What this engine is doing that ends with it, each as the end of a sentence: "training of “baseline”". */
  'workspace.activity': { request: nothing, response: z.object({ working: z.array(z.string()) }) },
  /** What closing the window or a crash has cut short, until it is dismissed. */
  'workspace.unfinished': { request: nothing, response: unfinishedWork },
  'workspace.dismissUnfinished': { request: nothing, response: done },
  /** Rows of the database that cannot be used and were left out so far, each as a sentence. */
  'workspace.problems': { request: nothing, response: z.object({ problems: z.array(z.string()) }) },
  'doctor.run': { request: nothing, response: z.object({ checks: z.array(doctorCheck) }) },

  'datasets.list': { request: nothing, response: z.object({ datasets: z.array(datasetSummary) }) },
  'datasets.show': { request: byId, response: datasetManifest },
  /** How many runs were trained on it, how many of them train now, and the names of the newest. */
  'datasets.users': {
    request: byId,
    response: z.object({ runs: z.int(), live: z.int(), names: z.array(z.string()) }),
  },
  /** Refused while runs train on it, and without `force` where ended runs were trained on it. */
  'datasets.delete': { request: byId.extend({ force: z.boolean().optional() }), response: done },
  'datasets.preview': {
    request: previewRequest.extend({ file: fileHandle('importData') }),
    response: filePreview,
  },
  'datasets.import': {
    request: importRequest.extend({ files: z.array(fileHandle('importData')).min(1).max(MAX_FILES) }),
    response: z.object({ job: z.string() }),
  },
  'datasets.installSample': {
    request: sampleOptions.extend({ localFile: fileHandle('installSample').optional() }),
    response: z.object({ job: z.string() }),
  },
  'datasets.generate': {
    request: generateRequest.extend({
      distribution: z.discriminatedUnion('kind', [
        uniformIndices,
        gaussianIndices,
        tracedIndices.extend({ files: z.array(fileHandle('generateFromTrace')).min(1).max(MAX_FILES) }),
      ]),
    }),
    response: z.object({ job: z.string() }),
  },
  /** Jobs of this session, finished ones included. */
  'jobs.list': { request: nothing, response: z.object({ jobs: z.array(job) }) },
  'jobs.cancel': { request: z.strictObject({ job: z.string() }), response: done },

  /** Last changed first, from behind the model `after` on. */
  'models.list': {
    request: z.strictObject({
      after: z
        .strictObject({ updatedAt: z.string().max(100), id: z.string().max(200) })
        .nullable()
        .default(null),
      limit: z.int().min(1).max(500).default(500),
    }),
    response: z.object({ models: z.array(modelSummary), more: z.boolean() }),
  },
  'models.get': { request: byId, response: savedModel },
  'models.save': {
    request: z.strictObject({ id: z.string().max(200).nullable(), document: modelDocument }),
    response: savedModel,
  },
  /** Stores a change to a saved model, made when `after` edits were in effect; what was undone before is forgotten. */
  'models.edit': {
    request: z.strictObject({
      id: z.string().min(1).max(200),
      after: z.int().min(0),
      name: z.string().min(1).max(MAX_EDIT_NAME),
      patch: documentPatch,
    }),
    response: undoState,
  },
  /** Newest first: those with names, and what runs of models of the present name were trained with. */
  'models.versions': { request: byId, response: z.object({ versions: z.array(modelVersion) }) },
  /** A version's document. */
  'models.version': { request: versionRef, response: z.object({ document: modelDocument }) },
  /** Keeps the present document under a name. */
  'models.saveVersion': { request: byId.extend({ name: versionName }), response: modelVersion },
  'models.renameVersion': { request: byId.extend({ name: versionName }), response: done },
  'models.deleteVersion': { request: byId, response: done },
  /** Makes a version the present document, as an edit that can be undone. */
  'models.restoreVersion': {
    request: byId.extend({ version: versionRef }),
    response: z.object({ document: modelDocument, undoState: undoState }),
  },
  /** The newest run that trained a document on a dataset and counted where its time went. */
  'models.measured': {
    request: z.strictObject({ document: modelDocument, dataset: z.string().min(1).max(200) }),
    response: z.object({ run: measuredRun.nullable() }),
  },
  'models.undoState': { request: byId, response: undoState },
  /** What can be undone or redone, oldest first: the last MAX_LISTED_EDITS of it. */
  'models.edits': { request: byId, response: z.object({ edits: z.array(modelEdit) }) },
  /** Takes the last edit back, or does the next one again; document is null where there is none. */
  'models.step': {
    request: z.strictObject({ id: z.string().min(1).max(200), direction: z.enum(['undo', 'redo']) }),
    response: z.object({ document: modelDocument.nullable(), undoState: undoState }),
  },
  'models.delete': { request: byId, response: done },
  /** Writes a document to a file as JSON; what stood there is replaced. */
  'models.export': {
    request: z.strictObject({ document: modelDocument, out: fileHandle('exportModel') }),
    response: z.object({ path: z.string(), bytes: z.int() }),
  },

  /** Writes a drawing: SVG as text, PNG as base64. What stood there is replaced. */
  'models.exportPicture': {
    request: z.strictObject({
      format: z.enum(['svg', 'png']),
      data: z.string().min(1),
      out: fileHandle('exportPicture'),
    }),
    response: z.object({ path: z.string(), bytes: z.int() }),
  },

  'runs.start': {
    request: z.strictObject({
      name: runName.optional(),
      dataset: z.string().max(200),
      model: modelDocument,
      /** The saved model that it is; where it is left out, the one whose document is the same. */
      modelId: z.string().max(200).nullable().optional(),
      config: trainingConfig,
    }),
    response: runSummary,
  },
  /** Part of the runs that match a query, how many match, and how many there are. Long notes make a part shorter. */
  'runs.list': {
    request: runPage,
    response: z.object({ total: z.int(), matching: z.int(), runs: z.array(runSummary) }),
  },
  /** The ids alone, of far more runs. */
  'runs.ids': { request: runIdsPage, response: z.object({ ids: z.array(z.string()) }) },
  /** Those that have not ended, newest first, and how many runs there are. */
  'runs.live': { request: nothing, response: z.object({ total: z.int(), runs: z.array(runSummary) }) },
  /** Those of the ids that there are, newest first. */
  'runs.byId': {
    request: z.strictObject({ ids: z.array(z.string().max(200)).max(MAX_LISTED_RUNS) }),
    response: z.object({ runs: z.array(runSummary) }),
  },
  /** By what a person types of a name, id, model or tag, slips forgiven, best first; scores are nameScore's. */
  'runs.find': {
    request: z.strictObject({ text: z.string().max(1000), limit: z.int().min(1).max(50) }),
    response: z.object({ found: z.array(z.object({ run: runSummary, score: z.number() })) }),
  },
  'runs.show': { request: byId, response: runDetail },
  'runs.pause': { request: byId, response: done },
  /** Continues a paused run, or a stopped or interrupted one from its last checkpoint. */
  'runs.resume': { request: byId, response: done },
  'runs.stop': { request: byId, response: done },
  'runs.delete': { request: byId, response: done },
  'runs.edit': {
    request: z.strictObject({
      id: z.string().max(200),
      name: runName.optional(),
      notes: z.string().max(100_000).optional(),
      tags: z.array(z.string().min(1).max(100)).max(50).optional(),
    }),
    response: done,
  },
  /** Points and log lines after the given sequence numbers, at most `limit` of each. */
  'runs.metrics': {
    request: z.strictObject({
      id: z.string().max(200),
      after: z.int().min(0),
      limit: z.int().min(1).max(100_000),
    }),
    response: z.object({ points: z.array(metricPoint), more: z.boolean() }),
  },
  'runs.log': {
    request: z.strictObject({
      id: z.string().max(200),
      after: z.int().min(0),
      limit: z.int().min(1).max(10_000),
    }),
    response: z.object({ lines: z.array(logLine), more: z.boolean() }),
  },
  /** Where the time of its steps went; null where nothing was counted. */
  'runs.profile': { request: byId, response: z.object({ profile: runProfile.nullable() }) },
  'runs.compare': {
    request: z.strictObject({ ids: z.array(z.string().max(200)).min(2).max(MAX_COMPARED_RUNS) }),
    response: comparison,
  },
  'runs.export': {
    request: z.strictObject({
      id: z.string().max(200),
      format: z.enum(['csv', 'safetensors']),
      out: fileHandle('exportRun'),
    }),
    response: z.object({ path: z.string(), bytes: z.int() }),
  },
  /** Predicts the test rows with the best checkpoint in a compact form. */
  'runs.quantise': {
    request: z.strictObject({ id: z.string().min(1).max(200), quantisation }),
    response: quantisedResult,
  },
  'benchmarks.options': { request: nothing, response: benchmarkOptions },
  /** What a benchmark would take of memory, and what is there. */
  'benchmarks.memory': { request: benchmarkShape, response: memoryNeed },
  /** Starts a benchmark in a process of its own; refused while one runs or where memory is short. */
  'benchmarks.start': {
    request: benchmarkRequest.extend({ trace: fileHandle('traceBenchmark').nullable() }),
    response: benchmarkProgress,
  },
  'benchmarks.cancel': { request: z.strictObject({ benchmark: z.int() }), response: done },
  /** The last benchmark of this session, and whether it still runs. */
  'benchmarks.current': { request: nothing, response: z.object({ progress: benchmarkProgress.nullable() }) },
  'benchmarks.list': { request: nothing, response: z.object({ results: z.array(benchmarkSummary) }) },
  'benchmarks.show': {
    request: z.strictObject({ ids: z.array(z.string().max(200)).min(1).max(MAX_SHOWN_BENCHMARKS) }),
    response: z.object({ results: z.array(benchmarkResult) }),
  },
  'benchmarks.delete': {
    request: z.strictObject({ ids: z.array(z.string().max(200)).min(1).max(1000) }),
    response: done,
  },
  'benchmarks.export': {
    request: z.strictObject({
      ids: z.array(z.string().max(200)).min(1).max(1000),
      out: fileHandle('exportBenchmarks'),
    }),
    response: z.object({ path: z.string(), bytes: z.int() }),
  },
  /** Adds a file's results but for those that are here already: the new ids, and how many were known. */
  'benchmarks.import': {
    request: z.strictObject({ file: fileHandle('importBenchmarks') }),
    response: z.object({ added: z.array(z.string()), known: z.int() }),
  },
  /** How fast this machine is known to do a step's work; refused while something else keeps it busy. */
  'calibrations.list': { request: nothing, response: z.object({ calibrations: z.array(calibration) }) },
  'calibrations.start': { request: calibrationSubject, response: calibrationProgress },
  'calibrations.cancel': { request: nothing, response: done },
  /** The last calibration of this session, and whether it still runs. */
  'calibrations.current': {
    request: nothing,
    response: z.object({ progress: calibrationProgress.nullable() }),
  },
  /** What is set up, what can be, and the GPUs that the driver tells of. */
  'backends.status': { request: nothing, response: backendStatus },
  /** Sets TensorFlow up for a device, from the user's own wheels where `wheels` names the file or its folder. */
  'backends.install': {
    request: z.strictObject({ device: tensorflowDevice, wheels: fileHandle('installTensorFlow').optional() }),
    response: done,
  },
  /** Uses the TensorFlow in a folder of the user's own, or with null what is installed. */
  'backends.use': {
    request: z.strictObject({ folder: fileHandle('useTensorFlow').nullable() }),
    response: done,
  },
  'backends.cancel': { request: nothing, response: done },
  'backends.remove': { request: z.strictObject({ device: tensorflowDevice }), response: done },
  /** Event-loop delays of the engine over the last 6 to 12 seconds, for the tests and the status bar. */
  'engine.health': {
    request: nothing,
    response: z.object({
      eventLoopDelayP99Ms: z.number(),
      eventLoopDelayMaxMs: z.number(),
      rssBytes: z.number(),
    }),
  },
} as const

export type RequestName = keyof typeof requests
export type RequestOf<Name extends RequestName> = z.input<(typeof requests)[Name]['request']>
export type ResponseOf<Name extends RequestName> = z.infer<(typeof requests)[Name]['response']>
export type ModelSummary = z.infer<typeof modelSummary>
export type SavedModel = z.infer<typeof savedModel>
export type WorkspaceInfo = z.infer<typeof workspaceInfo>
export type UndoState = z.infer<typeof undoState>
export type ModelVersion = z.infer<typeof modelVersion>
export type DoctorCheck = z.infer<typeof doctorCheck>
export type Job = z.infer<typeof job>

/** A request beyond this is refused before its schema is looked at. */
export const MAX_REQUEST_BYTES = 16 * 1024 * 1024
