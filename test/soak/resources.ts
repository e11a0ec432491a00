/** What the processes of a running app hold of the machine, and whether that grows. */
import { readdirSync, readFileSync } from 'node:fs'
import { enginePid, type RunningApp } from '../helpers/app.ts'

export const processNames = ['page', 'shell', 'engine'] as const
export type ProcessName = (typeof processNames)[number]

/** Resident megabytes, and numbers of open handles and threads. */
export const measures = ['memory', 'handles', 'threads'] as const
export type Measure = (typeof measures)[number]

export interface Sample {
  /** Since the beginning. */
  minutes: number
  of: Record<ProcessName, Record<Measure, number>>
}

function heldBy(pid: number): Record<Measure, number> {
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  const count = (kind: 'fd' | 'task') => readdirSync(`/proc/${pid}/${kind}`).length
  return { memory: (kibibytes * 1024) / 1e6, handles: count('fd'), threads: count('task') }
}

/** Garbage of the page does not count: it is collected before. That of the others is collected when they need the room. */
export async function sample({ app, window }: RunningApp, minutes: number): Promise<Sample> {
  const session = await window.context().newCDPSession(window)
  await session.send('HeapProfiler.collectGarbage')
  await session.detach()
  const page = await app.evaluate(({ app: shell }) => {
    return shell.getAppMetrics().find(({ type }) => type === 'Tab')?.pid
  })
  const shell = app.process().pid
  if (page === undefined || shell === undefined) throw new Error('The window has gone.')
  return {
    minutes,
    of: { page: heldBy(page), shell: heldBy(shell), engine: heldBy(await enginePid(app)) },
  }
}

/** By how much a measure grows in a minute: the slope of the straight line that fits the samples best. */
export function slopeOf(samples: readonly Sample[], name: ProcessName, measure: Measure): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const times = samples.map(({ minutes }) => minutes)
  const values = samples.map(({ of }) => of[name][measure])
  const [middle, level] = [mean(times), mean(values)]
  const above = times.reduce((sum, time, at) => sum + (time - middle) * ((values[at] ?? 0) - level), 0)
  return above / times.reduce((sum, time) => sum + (time - middle) ** 2, 0)
}
