/**
 * Tells the job's launcher that this rank lives. A thread of its own does it, because some calls of the engine keep the
 * JavaScript thread for seconds. A process that is stopped or hangs in the kernel says nothing.
 */
import { Worker } from 'node:worker_threads'
import { messageLine } from './lines.ts'
import { HEARTBEAT_MS, type Member, type RankMessage } from './rank-messages.ts'

/** A rank whose error stream nobody reads has lost its launcher. It then has this long to end in order. */
const ORPHAN_LIMIT_MS = 7000

const SCRIPT = `
  const { writeSync } = require('node:fs')
  const { workerData: { line, everyMs, orphanLimitMs } } = require('node:worker_threads')
  let orphanedAt = null
  const beat = () => {
    try {
      writeSync(2, line)
      orphanedAt = null
    } catch (error) {
      if (error.code !== 'EPIPE') return
      orphanedAt ??= performance.now()
      if (performance.now() - orphanedAt > orphanLimitMs) process.kill(process.pid, 'SIGKILL')
    }
  }
  beat()
  setInterval(beat, everyMs)
`

export function startHeartbeat(member: Member): void {
  const alive: RankMessage = { kind: 'alive', member }
  const workerData = { line: messageLine(alive), everyMs: HEARTBEAT_MS, orphanLimitMs: ORPHAN_LIMIT_MS }
  new Worker(SCRIPT, { eval: true, workerData }).unref()
}
