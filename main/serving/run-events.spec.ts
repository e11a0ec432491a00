import { expect, it } from 'vitest'
import type { EngineEvent } from '../contract/events.ts'
import type { RunStatus } from '../contract/runs.ts'
import { RunEvents } from './run-events.ts'

type RunEvent = Extract<EngineEvent, { kind: 'run' }>

const event = (id: string, status: RunStatus, sequence: number): RunEvent => ({
  kind: 'run',
  id,
  status,
  progress: null,
  points: [{ sequence, series: 'train/loss', step: sequence, epoch: 1, value: 0.5, elapsedMs: 1 }],
  lines: [{ sequence, at: '2026-01-01T00:00:00.000Z', level: 'info', message: 'A line.' }],
})

function recordedEvents() {
  const reported: RunEvent[] = []
  const events = new RunEvents((each) => reported.push(each))
  return { events, reported }
}

it('reports every point and line of a followed run, until the window follows another one', () => {
  const { events, reported } = recordedEvents()
  events.follow(['a'])
  const three = [1, 2, 3].map((sequence) => event('a', 'running', sequence))
  three.forEach((each) => events.report(each))
  expect(reported.splice(0)).toEqual(three)
  events.follow(['b'])
  events.report(event('a', 'running', 4))
  expect(reported).toEqual([{ ...event('a', 'running', 4), points: [], lines: [] }])
})

it('reports of other runs each change of status at once, without points and lines', () => {
  const { events, reported } = recordedEvents()
  const statuses: RunStatus[] = ['starting', 'running', 'running', 'paused', 'running', 'completed']
  statuses.forEach((status, sequence) => events.report(event('a', status, sequence)))
  expect(reported.map(({ status }) => status)).toEqual([
    'starting',
    'running',
    'paused',
    'running',
    'completed',
  ])
  expect(reported.every(({ points, lines }) => points.length + lines.length === 0)).toBe(true)
})
