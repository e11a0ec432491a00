import { describe, expect, it } from 'vitest'
import { parseDlrmArguments } from '../../main/model/dlrm-arguments.ts'
import { trainReferenceCommand } from '../../main/training/reference-command.ts'
import { REFERENCE_TOLERANCE, referenceCommands } from '../helpers/reference-job.ts'

const lossesOf = (text: string) =>
  [...trainReferenceCommand(parseDlrmArguments(text.split(' ')), null)].map(({ loss }) => loss)

describe("dlrm_s_pytorch's command lines", () => {
  it('are all there', () => expect(referenceCommands.length).toBeGreaterThanOrEqual(8))

  it.each(referenceCommands)('$arguments', ({ arguments: text, losses }) => {
    const ours = lossesOf(text)
    expect(ours.length).toBe(losses.length)
    for (const [index, loss] of losses.entries()) {
      expect(Math.abs((ours[index] ?? NaN) - loss), `loss ${index + 1}`).toBeLessThan(REFERENCE_TOLERANCE)
    }
  })

  it('read False as true, as the reference does', () => {
    const losses = lossesOf('--round-targets=False --mini-batch-size=2 --data-size=6 --loss-function=bce')
    expect(losses.map((loss) => loss.toFixed(6))).toEqual(['0.161806', '1.899827', '1.025951'])
  })

  it('print the mean over the rows since the last line, and the last one whatever the frequency', () => {
    const data = '--mini-batch-size=2 --data-size=5'
    const [first = NaN, second = NaN, third] = lossesOf(data)
    const [mean, last, ...more] = lossesOf(`${data} --print-freq=2`)
    expect(mean).toBeCloseTo((first + second) / 2, 12)
    expect(last).toBe(third)
    expect(more).toEqual([])
  })

  it('draw the same rows in every epoch', () => {
    const slow = '--mini-batch-size=2 --data-size=4 --learning-rate=1e-30 --nepochs=2'
    const losses = lossesOf(slow)
    expect(losses.slice(2)).toEqual(losses.slice(0, 2))
  })

  it('refuse Gaussian indices beyond the tables', () => {
    const gaussian =
      '--rand-data-dist=gaussian --rand-data-sigma=100 --rand-data-max=3 --arch-embedding-size=3-4'
    expect(() => lossesOf(gaussian)).toThrow('The Gaussian index 3 is outside a table of 3 rows')
  })
})
