/**
 * Connections over which the ranks of other hosts and rank 0 tell each other that they live. When the network between two
 * hosts breaks, MPI waits for minutes, and nobody can reach a rank to end it: so each side ends itself.
 */
import { randomUUID } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { bundleFile } from '../training/worker-process.ts'

/** Where rank 0 can be reached, and what a rank has to say first there. */
export const lifeline = z.object({ addresses: z.array(z.string()), port: z.int(), secret: z.string() })
export type Lifeline = z.infer<typeof lifeline>

/** The data of the thread. */
export type LifelineTask = { kind: 'open'; secret: string } | { kind: 'hold'; lifeline: Lifeline }

/** The only message of the thread that opens a lifeline. */
export interface LifelineOpened {
  port: number
}

/** The part of rank 0. From now on this process is killed if a rank that holds the lifeline falls silent. */
export function openLifeline(): Promise<Lifeline> {
  const secret = randomUUID()
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
  const thread = startThread({ kind: 'open', secret })
  return new Promise((resolve, reject) => {
    thread.once('message', ({ port }: LifelineOpened) => resolve({ addresses, port, secret }))
    thread.once('error', reject)
  })
}

/** The part of a rank on another host. From now on this process is killed if rank 0 falls silent. */
export function holdLifeline(held: Lifeline): void {
  startThread({ kind: 'hold', lifeline: held })
}

/** A thread of its own, because some calls of the engine keep the JavaScript thread for seconds. */
function startThread(task: LifelineTask): Worker {
  const thread = new Worker(bundleFile('lifeline'), { workerData: task })
  thread.unref()
  return thread
}
