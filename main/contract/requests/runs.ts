import { z } from 'zod'
import { modelDocument } from '../../model/document.ts'
import { jobTimes, planAnswer } from '../cluster.ts'
import { errorData } from '../errors.ts'
import { fileHandle } from '../file-handles.ts'
import { MAX_LISTED_RUNS, runIdsPage, runPage } from '../run-list.ts'
import {
  comparison,
  logLine,
  MAX_COMPARED_RUNS,
  MAX_NOTES_LENGTH,
  MAX_TAG_LENGTH,
  MAX_TAGS,
  metricPoint,
  quantisation,
  quantisedResult,
  runDetail,
  runName,
  runProfile,
  runSummary,
} from '../runs.ts'
import { trainingConfig } from '../training.ts'
import { trashed } from '../trash.ts'
import { anyId, byId, done, id, nothing, writtenFile } from './shared.ts'

/** Asks for what a run has stored after a sequence number. */
const after = (maximum: number) =>
  z.strictObject({ id: anyId, after: z.int().min(0), limit: z.int().min(1).max(maximum) })

export const runRequests = {
  'runs.start': {
    request: z.strictObject({
      name: runName.optional(),
      dataset: anyId,
      model: modelDocument,
      /** The saved model that is trained. If absent, it is the one whose document is the same. */
      modelId: anyId.nullable().optional(),
      config: trainingConfig,
    }),
    response: runSummary,
  },
  /**
   * A page of the runs that match a query, the number of runs that match it, and the number of all runs. A page is
   * shorter than its limit if notes are long.
   */
  'runs.list': {
    request: runPage,
    response: z.object({ total: z.int(), matching: z.int(), runs: z.array(runSummary) }),
  },
  /** Only the ids, but of far more runs. */
  'runs.ids': { request: runIdsPage, response: z.object({ ids: z.array(z.string()) }) },
  /** The active runs, the newest one first, and the number of all runs. */
  'runs.live': { request: nothing, response: z.object({ total: z.int(), runs: z.array(runSummary) }) },
  /** The runs that exist among the ids, the newest one first. */
  'runs.byId': {
    request: z.strictObject({ ids: z.array(anyId).max(MAX_LISTED_RUNS) }),
    response: z.object({ runs: z.array(runSummary) }),
  },
  /**
   * Runs by what a person types of a name, id, model or tag, the best match first. Typing mistakes are forgiven. The
   * scores are those of `nameScore`.
   */
  'runs.find': {
    request: z.strictObject({ text: z.string().max(1000), limit: z.int().min(1).max(50) }),
    response: z.object({ found: z.array(z.object({ run: runSummary, score: z.number() })) }),
  },
  'runs.show': { request: byId, response: runDetail },
  /** Which runs' points and log lines the window shows. Events carry those of these runs, and of others the progress only. */
  'runs.follow': {
    request: z.strictObject({ ids: z.array(anyId).max(100) }),
    response: done,
  },
  'runs.pause': { request: byId, response: done },
  /**
   * Continues a paused run, or a stopped or interrupted one from its last checkpoint. Such a run may go on with another
   * number of ranks, or null for one process, and on other hosts, or null for this machine.
   */
  'runs.resume': {
    request: byId.extend({
      ranks: trainingConfig.shape.ranks.unwrap().optional(),
      hosts: trainingConfig.shape.hosts.unwrap().optional(),
    }),
    response: done,
  },
  'runs.stop': { request: byId, response: done },
  /**
   * Moves an ended run to the trash, or deletes it for good. On a full disk without room to note the former it fails with
   * DiskFull.
   */
  'runs.delete': { request: byId.extend({ forGood: z.boolean().optional() }), response: trashed },
  'runs.edit': {
    request: z.strictObject({
      id: anyId,
      name: runName.optional(),
      notes: z.string().max(MAX_NOTES_LENGTH).optional(),
      tags: z.array(z.string().min(1).max(MAX_TAG_LENGTH)).max(MAX_TAGS).optional(),
    }),
    response: done,
  },
  'runs.metrics': {
    request: after(100_000),
    response: z.object({ points: z.array(metricPoint), more: z.boolean() }),
  },
  'runs.log': {
    request: after(10_000),
    response: z.object({ lines: z.array(logLine), more: z.boolean() }),
  },
  /** How the run's steps spent their time, or null if that was not measured. */
  'runs.profile': { request: byId, response: z.object({ profile: runProfile.nullable() }) },
  /**
   * What the ranks of a run have measured since it was last started, or null, and what the planner predicts for the tables
   * where they were. `problem` says why there is no prediction.
   */
  'runs.ranks': {
    request: byId,
    response: z.object({
      measured: jobTimes.nullable(),
      predicted: planAnswer.nullable(),
      problem: errorData.nullable(),
    }),
  },
  'runs.compare': {
    request: z.strictObject({ ids: z.array(anyId).min(2).max(MAX_COMPARED_RUNS) }),
    response: comparison,
  },
  'runs.export': {
    request: z.strictObject({
      id: anyId,
      format: z.enum(['csv', 'safetensors']),
      out: fileHandle('exportRun'),
    }),
    response: writtenFile,
  },
  /** Predicts the test rows with the best checkpoint, whose parameters are quantised. */
  'runs.quantise': { request: z.strictObject({ id, quantisation }), response: quantisedResult },
} as const
