/**
 * Connections over which the ranks of other hosts and rank 0 tell each other that they live. When the network between two
 * hosts breaks, MPI waits for minutes, and nobody can reach a rank to end it: so each side ends itself.
 */
import { randomUUID } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import type { NativeRanks } from '../../native/index.ts'
import { bundleFile } from '../training/worker-process.ts'

/** Where rank 0 can be reached, and what a rank has to say first there. */
const lifeline = z.object({ addresses: z.array(z.string()), port: z.int(), secret: z.string() })
export type Lifeline = z.infer<typeof lifeline>

/** Ranks that are all on one host have no lifeline: the launcher can end them. */
const sharedLifeline = z.object({ host: z.string(), lifeline: lifeline.nullable() })

/** The data of the thread. */
export type LifelineTask = { kind: 'open'; secret: string } | { kind: 'hold'; lifeline: Lifeline }

/** The only message of the thread that opens a lifeline. */
export interface LifelineOpened {
  port: number
}

/** All ranks call it, each with the name of its host. From now on none of them outlives rank 0, nor rank 0 the others. */
export async function shareLifeline(ranks: NativeRanks, host: string): Promise<void> {
  const hosts = z.array(z.string()).parse(await ranks.gather(host))
  if (ranks.rank() === 0) {
    const isAway = hosts.some((other) => other !== host)
    await ranks.broadcast(JSON.stringify({ host, lifeline: isAway ? await openLifeline() : null }))
    return
  }
  const shared = sharedLifeline.parse(JSON.parse(String(await ranks.broadcast(''))))
  if (shared.lifeline && shared.host !== host) startThread({ kind: 'hold', lifeline: shared.lifeline })
}

/** The part of rank 0: this process is killed if a rank that holds the lifeline falls silent. */
function openLifeline(): Promise<Lifeline> {
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

/** A thread of its own, because some calls of the engine keep the JavaScript thread for seconds. */
function startThread(task: LifelineTask): Worker {
  const thread = new Worker(bundleFile('lifeline'), { workerData: task })
  thread.unref()
  return thread
}
