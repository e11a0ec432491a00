import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { chromeEvents, writeChromeTrace } from './chrome-trace.ts'
import type { Trace } from '../../native/index.ts'

const work = { flops: 10, bytes: 20 }

/** A wait for data, then a step of two forward operations and a backward one, the second on two threads. */
const sample: Trace = {
  names: ['tables', 'top', 'batches'],
  threads: 2,
  steps: [{ startUs: 10, durationUs: 30 }],
  operations: [
    { name: 2, phase: 'data', startUs: 2, durationUs: 7, flops: 0, bytes: 5 },
    { name: 0, phase: 'forward', startUs: 11, durationUs: 4, ...work },
    { name: 1, phase: 'forward', startUs: 16, durationUs: 4.0004, ...work },
    { name: 1, phase: 'backward', startUs: 21, durationUs: 10, ...work },
  ],
  shares: [
    { thread: 0, startUs: 16.5, durationUs: 3 },
    { thread: 1, startUs: 16.6, durationUs: 3 },
  ],
  exchanges: [],
  clockErrorUs: 0,
  complete: true,
}

const events = [...chromeEvents(sample, 1)]
const of = (cat: string) => events.filter((event) => event.cat === cat)

describe('a Chrome trace', () => {
  it('has a complete event for each step, phase and operation, with its work', () => {
    expect(of('step')).toMatchObject([{ name: 'step 1', ph: 'X', ts: 10, dur: 30 }])
    expect(of('phase')).toMatchObject([
      { name: 'data', ts: 2, dur: 7 },
      { name: 'forward', ts: 11, dur: 9 },
      { name: 'backward', ts: 21, dur: 10 },
    ])
    expect(of('operation').map(({ name }) => name)).toEqual([
      'batches data',
      'tables forward',
      'top forward',
      'top backward',
    ])
    expect(of('operation')[2]).toMatchObject({ ts: 16, dur: 4, args: work })
  })

  it('names each thread’s share after its operation, on the thread’s own lane', () => {
    expect(of('thread').map(({ name, tid }) => [name, tid])).toEqual([
      ['top forward', 0],
      ['top forward', 1],
    ])
  })

  it('is one JSON document with the lanes’ names', async () => {
    const path = join(await temporaryFolder(), 'trace.json')
    const written = await writeChromeTrace(path, [sample], 'kaggle')
    expect(written.path).toBe(path)
    const { traceEvents, otherData } = JSON.parse(await readFile(path, 'utf8')) as {
      traceEvents: { ph: string; name: string; args: { name?: string } }[]
      otherData: object
    }
    expect(otherData).toEqual({ title: 'kaggle', steps: 1, complete: true })
    const lanes = traceEvents.filter(({ name }) => name === 'thread_name').map(({ args }) => args.name)
    expect(lanes).toEqual(['steps, thread 1', 'thread 2'])
    expect(traceEvents.filter(({ ph }) => ph === 'X')).toEqual(events)
  })
})
