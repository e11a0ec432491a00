/** The entry point of the thread of a rank's lifeline: its data are a LifelineTask. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { readLines } from './lines.ts'
import type { Lifeline, LifelineOpened, LifelineTask } from './lifeline.ts'

const BEAT_MS = 1000
/**
 * In beats of this thread, so that the time does not count in which this machine sleeps. The launcher says why it ends a job
 * after 6 s of silence, and everything has ended after 10.
 */
const SILENCE_LIMIT = 7
const CONNECT_LIMIT_MS = 2000

/** Kills this process once the other side of the connection has been silent for too long. */
function watch(socket: Socket): void {
  let silence = 0
  socket.on('data', () => (silence = 0))
  // A process that has ended in order is silent as well; this one then ends before the limit.
  socket.on('error', () => socket.destroy())
  setInterval(() => {
    if (!socket.destroyed) socket.write('\n')
    silence += 1
    if (silence > SILENCE_LIMIT) process.kill(process.pid, 'SIGKILL')
  }, BEAT_MS)
}

async function open(secret: string): Promise<void> {
  const server = createServer((socket) => {
    const refusal = setTimeout(() => socket.destroy(), CONNECT_LIMIT_MS)
    let isKnown = false
    socket.on('error', () => socket.destroy())
    readLines(socket, (line) => {
      if (isKnown) return
      if (line !== secret) return void socket.destroy()
      isKnown = true
      clearTimeout(refusal)
      watch(socket)
    })
  })
  server.listen(0)
  await once(server, 'listening')
  const opened: LifelineOpened = { port: (server.address() as AddressInfo).port }
  parentPort?.postMessage(opened)
}

/** Takes the first address of rank 0 that answers. Without any, as behind a firewall, nothing is watched. */
async function hold({ addresses, port, secret }: Lifeline): Promise<void> {
  for (const host of addresses) {
    const socket = connect({ host, port })
    const limit = AbortSignal.timeout(CONNECT_LIMIT_MS)
    try {
      await once(socket, 'connect', { signal: limit })
    } catch {
      socket.destroy()
      continue
    }
    socket.write(`${secret}\n`)
    return watch(socket)
  }
}

const task = workerData as LifelineTask
void (task.kind === 'open' ? open(task.secret) : hold(task.lifeline))
