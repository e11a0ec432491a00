/** The rehearsal of a cluster: what a step of training would take on hosts of a kind, for several numbers of ranks. */
import { z } from 'zod'
import { modelDocument } from '../model/document.ts'
import { presetNames } from '../model/presets/index.ts'
import { benchmarkPresetName } from './benchmarks.ts'
import { rankExchange } from './rank-exchange.ts'
import { MAX_RANKS, optimizerKind, trainingConfig } from './training.ts'

/** Models and data of the literature, which need no dataset. */
export const rehearsalShapeName = z.enum([
  ...benchmarkPresetName.options,
  'criteo-terabyte',
  'mlperf-dcnv2',
  'sc20-small',
  'sc20-large',
])
export type RehearsalShapeName = z.infer<typeof rehearsalShapeName>

const name = z.string().min(1).max(200)

/** What is trained: a shape, or a model on a dataset of the workspace. */
export const rehearsedWorkload = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('shape'), shape: rehearsalShapeName }),
  z.strictObject({ kind: z.literal('preset'), preset: z.enum(presetNames), dataset: name }),
  /** A stored model, by its id. */
  z.strictObject({ kind: z.literal('model'), model: name, dataset: name }),
  z.strictObject({ kind: z.literal('document'), document: modelDocument, dataset: name }),
])
export type RehearsedWorkload = z.infer<typeof rehearsedWorkload>

const amount = z.number().positive().max(1e18)

/** A kind of host. All hosts of a rehearsed cluster are alike. */
export const rehearsedHost = z.strictObject({
  /** May be a fraction where hosts share a machine. */
  cores: z.number().min(0.1).max(4096),
  ranksPerHost: z.int().min(1).max(MAX_RANKS),
  /** Of each rank. */
  threads: z.int().min(1).max(1024),
  /** For all of its ranks; null if there is enough for any model. */
  memoryBytes: amount.nullable(),
  /** Bytes a second of all cores; null as this machine's cores have, which needs its calibration. */
  memoryBandwidth: amount.nullable(),
  /** Floating-point operations a second of all cores in matrix products; null as above. */
  flops: amount.nullable(),
  /** Bytes a second in each direction. */
  networkBandwidth: amount,
  /** Seconds until the first byte of a message arrives at another host. */
  networkLatency: z.number().min(0).max(10),
  /**
   * Whether network cards move messages without processors (RDMA, as InfiniBand has). Otherwise they take as much
   * processor time as over TCP.
   */
  rdma: z.boolean().default(false),
})
export type RehearsedHost = z.infer<typeof rehearsedHost>

export const MAX_REHEARSED_COUNTS = 32

/** What can be chosen besides the workload. */
export const rehearsalSettings = z.strictObject({
  host: rehearsedHost,
  /** Samples of a step: of the whole job for strong scaling, of each rank for weak scaling. */
  strongBatchSize: z
    .int()
    .min(1)
    .max(2 ** 26),
  weakBatchSize: z
    .int()
    .min(1)
    .max(2 ** 20),
  ranks: z.array(z.int().min(1).max(MAX_RANKS)).min(1).max(MAX_REHEARSED_COUNTS),
  exchange: rankExchange,
  /** Of tables and dense parameters. */
  optimizer: optimizerKind,
  precision: trainingConfig.shape.precision,
})
export type RehearsalSettings = z.infer<typeof rehearsalSettings>

export const rehearsalRequest = rehearsalSettings.extend({ workload: rehearsedWorkload })
export type RehearsalRequest = z.infer<typeof rehearsalRequest>

const milliseconds = z.number().min(0)

/** What a step is made of, as the mean over the ranks. The four parts add up to the step. */
export const rehearsedParts = z.object({
  /** Lookups, layers and updates. */
  computeMs: milliseconds,
  /** Pooled rows and their gradients, as far as computation does not hide them. */
  allToAllMs: milliseconds,
  /** Gradients of dense parameters, likewise. */
  allReduceMs: milliseconds,
  /** For ranks that take longer, because their tables cost more. */
  waitingMs: milliseconds,
})
export type RehearsedParts = z.infer<typeof rehearsedParts>

/** What most of a step is spent on, or what keeps it from being possible. */
export const bottleneckKind = z.enum([
  'memory',
  'layers',
  'lookups',
  'overhead',
  'allToAllBandwidth',
  'allToAllLatency',
  'allReduceBandwidth',
  'allReduceLatency',
  'waiting',
])

export const rehearsedStep = rehearsedParts.extend({
  ranks: z.int(),
  hosts: z.int(),
  /** Of the whole job. */
  batchSize: z.int(),
  stepMs: milliseconds,
  samplesPerSecond: z.number().min(0),
  /**
   * Samples a second of a rank, as a share of those with the fewest ranks whose hosts have the memory. Above 1 where
   * more ranks make each faster, as caches do.
   */
  efficiency: z.number().min(0),
  /** Milliseconds that exchanges take in all, hidden or not. */
  exchangesMs: milliseconds,
  /** The share of them that is hidden behind computation; 0 if there are none. */
  hiddenShare: z.number().min(0).max(1),
  bottleneck: z.object({ kind: bottleneckKind, sentence: z.string() }),
  /** The rank that the others wait for, and how long it computes. */
  slowestRank: z.int(),
  slowestComputeMs: milliseconds,
  /** Of the rank that needs most. */
  memoryBytes: z.number(),
  /** By how much a host has too little memory; 0 if it has enough. The times are then those of hosts with enough. */
  missingBytes: z.number().min(0),
})
export type RehearsedStep = z.infer<typeof rehearsedStep>

export const rehearsal = z.object({
  /** For people: the model, its tables and lookups. */
  workload: z.string(),
  /** Steps of equal samples in all, and of equal samples for each rank, by the number of ranks. */
  strong: z.array(rehearsedStep),
  weak: z.array(rehearsedStep),
  /** Whether the times of computation, and of exchanges within a host, were measured on this machine. */
  calibrated: z.object({ computation: z.boolean(), exchanges: z.boolean() }),
  /** Sentences about what is assumed. */
  assumptions: z.array(z.string()),
})
export type Rehearsal = z.infer<typeof rehearsal>

/** What a rehearsal starts from where nothing is chosen. */
export const rehearsalOptions = z.object({
  shapes: z.array(
    z.object({
      name: rehearsalShapeName,
      summary: z.string(),
      strongBatchSize: z.int(),
      weakBatchSize: z.int(),
    }),
  ),
  host: rehearsedHost,
  ranks: z.array(z.int()),
  calibrated: z.object({ computation: z.boolean(), exchanges: z.boolean() }),
})
export type RehearsalOptions = z.infer<typeof rehearsalOptions>
