import { expect, it } from 'vitest'
import type { TrainerMessage } from './protocol.ts'
import { INHERITED, Reporter } from './reporter.ts'

const snapshot = () => ({ progress: {} as never, elapsedMs: 0, samplesPerSecond: 0 })
const point = (step: number) => ({ series: 'train/loss', step, epoch: 1, value: step, elapsedMs: step })

/** A reporter with inherited points of the steps 1 and 2 that has sent step 3 and step 4, each in a bundle of its own. */
function reporterOfFour() {
  const sent: TrainerMessage[] = []
  const reporter = new Reporter((message) => sent.push(message), snapshot, [point(1), point(2)])
  for (const step of [3, 4]) {
    reporter.point(point(step))
    reporter.flush()
  }
  const numbers = sent.flatMap((message) => (message.kind === 'update' ? [message.number] : []))
  return { reporter, numbers, steps: () => reporter.unstored().map(({ step }) => step) }
}

it('counts inherited and sent points as unstored until just they are confirmed', () => {
  const { reporter, numbers, steps } = reporterOfFour()
  expect(steps()).toEqual([1, 2, 3, 4])
  reporter.confirm(numbers[0]!)
  expect(steps()).toEqual([1, 2, 4])
  reporter.confirm(INHERITED)
  expect(steps()).toEqual([4])
})

it('keeps a bundle that the owner failed to store, although it stored a later one', () => {
  const { reporter, numbers, steps } = reporterOfFour()
  reporter.confirm(INHERITED)
  reporter.confirm(numbers[1]!)
  expect(steps()).toEqual([3])
})
