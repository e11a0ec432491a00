/** How fast the ranks of a host compute and exchange when all of its cores are busy. It is measured for rehearsals. */
import { z } from 'zod'
import { roofs } from './benchmarks.ts'
import { calibration } from './calibration.ts'
import { trainingConfig } from './training.ts'

const seconds = z.number().min(0)

/** The costs of exchanges within a host, and of what is done for them. */
export const exchangeCosts = z.object({
  /** From the start of an exchange on one thread to the end of the wait on another, without the messages. */
  callSeconds: seconds,
  /** A message, however small. */
  messageSeconds: seconds,
  /** A byte of a message that goes from one process to another. */
  byteSeconds: seconds,
  /** Adding a value to a sum. */
  addSeconds: seconds,
  /** Copying a byte. */
  copySeconds: seconds,
})
export type ExchangeCosts = z.infer<typeof exchangeCosts>

/** How many times as long steps of a job take as those of its parts suggest. */
export const jobSlowdown = z.object({
  /** With a thread that computes on each core, beside which exchanges run. */
  full: z.number().min(1),
  /** With two of them on each core. */
  crowded: z.number().min(1),
})
export type JobSlowdown = z.infer<typeof jobSlowdown>

/** What messages between hosts take of their processors. */
export type MessageCosts = Pick<ExchangeCosts, 'messageSeconds' | 'byteSeconds'>

export const rankCalibration = z.object({
  precision: trainingConfig.shape.precision,
  measuredAt: z.iso.datetime(),
  machine: calibration.shape.machine,
  othersShare: calibration.shape.othersShare,
  /** Of a process with one thread, while each other core has such a process. */
  oneThread: calibration.shape.unitTimes,
  cores: z.int().min(1),
  /** What all cores reach together. */
  roofs,
  exchanges: exchangeCosts,
  /** Over TCP, without the latency and bandwidth of a network. */
  tcp: exchangeCosts.pick({ messageSeconds: true, byteSeconds: true }),
  slowdown: jobSlowdown,
})
export type RankCalibration = z.infer<typeof rankCalibration>
