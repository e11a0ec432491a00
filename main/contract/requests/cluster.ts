import { z } from 'zod'
import { modelDocument } from '../../model/document.ts'
import { pins, planAnswer, plannedConfig } from '../cluster.ts'
import { errorData } from '../errors.ts'
import { clusterCheck } from '../hosts.ts'
import { fileHandle } from '../file-handles.ts'
import { rehearsal, rehearsalOptions, rehearsalRequest } from '../rehearsal.ts'
import { tablePlan, tablePlanFile } from '../table-plan.ts'
import { MAX_RANKS, rankHost, trainingConfig } from '../training.ts'
import { anyId, nothing, writtenFile } from './shared.ts'

/** Requests about jobs with several ranks. */
export const clusterRequests = {
  /** The MPI implementation with which jobs are started, or what is missing. */
  'cluster.mpi': {
    request: nothing,
    response: z.object({ title: z.string().nullable(), problem: errorData.nullable() }),
  },
  /** The hosts that a file names, a line each. */
  'cluster.readHosts': {
    request: z.strictObject({ file: fileHandle('readHosts') }),
    response: z.object({ hosts: z.array(rankHost) }),
  },
  /** Where the tables of a model would be before a run is started. Without hosts the ranks are on this machine. */
  'cluster.plan': {
    request: z.strictObject({
      dataset: anyId,
      model: modelDocument,
      config: plannedConfig,
      ranks: z.int().min(1).max(MAX_RANKS),
      hosts: z.array(rankHost).min(1).max(MAX_RANKS).nullable(),
      pins,
    }),
    response: planAnswer,
  },
  /**
   * Asks each host whether it can take part in a job, which takes 20 seconds at most. With a training, the tables are
   * placed as its job would place them, and each host's memory is compared with what its ranks need.
   */
  'cluster.check': {
    request: z.strictObject({
      hosts: z.array(rankHost).min(1).max(MAX_RANKS),
      dataset: anyId.nullable(),
      training: z.strictObject({ model: modelDocument, config: trainingConfig }).nullable(),
    }),
    response: clusterCheck,
  },
  /** A plan as `plan --json` prints it. */
  'cluster.readPlan': {
    request: z.strictObject({ file: fileHandle('readPlan') }),
    response: tablePlanFile,
  },
  /** Writes a plan to a file as JSON. An existing file is replaced. */
  'cluster.exportPlan': {
    request: z.strictObject({ plan: tablePlan, out: fileHandle('exportPlan') }),
    response: writtenFile,
  },
  'cluster.rehearsalOptions': { request: nothing, response: rehearsalOptions },
  /**
   * Predicts steps on a cluster. It fails with NotFound for an unknown model or dataset, InvalidModel for a model that is
   * not one of the dataset, and InvalidArgument for a host that cannot be.
   */
  'cluster.rehearse': { request: rehearsalRequest, response: rehearsal },
} as const
