import { describe, expect, it } from 'vitest'
import { NumpyRandom } from './numpy-random.ts'
import { formatProfile, parseTraceFile, profileTrace, TraceGenerator } from './stack-distances.ts'

/** As the reference does it, with a list that is searched. */
function distancesOf(trace: number[]): number[] {
  const stack: number[] = []
  return trace.map((row) => {
    const index = stack.indexOf(row)
    const distance = index < 0 ? 0 : stack.length - index
    if (index >= 0) stack.splice(index, 1)
    stack.push(row)
    return distance
  })
}

describe('the profile of a trace', () => {
  it('has the rows in order of first use, and how often each stack distance occurs', () => {
    expect(profileTrace([7, 7, 3, 7, 9, 3])).toEqual({
      rows: [7, 3, 9],
      distances: [0, 1, 2, 3],
      cumulative: [3 / 6, 4 / 6, 5 / 6, 1].map((share): unknown => expect.closeTo(share, 12)),
    })
  })

  it('is the one that the reference gives of its example', () => {
    const { distances, cumulative } = profileTrace([1, 2, 3, 4, 5, 3, 4, 1, 1, 6, 3])
    expect(distances).toEqual([0, 1, 3, 4, 5])
    const shares = [6, 7, 9, 10, 11].map((count) => count / 11)
    expect(cumulative).toEqual(shares.map((share): unknown => expect.closeTo(share, 12)))
  })

  it('counts what a search through the stack counts, on long traces', () => {
    const random = new NumpyRandom(5)
    const trace = Array.from({ length: 3000 }, () => Math.floor(200 * random.uniform() ** 2))
    const { distances, cumulative } = profileTrace(trace)
    const found = distancesOf(trace)
    for (const [at, distance] of distances.entries())
      expect(cumulative[at]).toBeCloseTo(found.filter((each) => each <= distance).length / trace.length, 10)
  })

  it('is read back from its file as it was', () => {
    const profile = profileTrace([7, 7, 3, 7, 9, 3])
    expect(parseTraceFile(formatProfile(profile), 'p')).toEqual(profile)
  })

  it('is made of a raw trace on the way, whatever stands between its numbers', () => {
    expect(parseTraceFile('7, 7 3\n7,9\n3\n', 't')).toEqual(profileTrace([7, 7, 3, 7, 9, 3]))
  })

  it.each([
    ['', 'It is empty'],
    ['1, 2\nx, 3', 'Row 2: “x” is not a table row'],
    ['1, 2\n0, 3\n0.5, 1.0', 'Row 2: a stack distance is larger'],
    ['1, 2\n1, 2\n0.5, 1.0', 'Row 2: stack distances must ascend from 0'],
    ['1, 2\n0, 1\n1.0', 'Row 3: a share for each'],
  ])('is refused %j, with the place', (text, message) => {
    expect(() => parseTraceFile(text, 'bad.log')).toThrow(`bad.log: ${message}`)
  })
})

describe('a trace drawn from a profile', () => {
  it('has the stack distances of the profile once every row was used', () => {
    const random = new NumpyRandom(1)
    const original = Array.from({ length: 20_000 }, () => Math.floor(300 * random.uniform() ** 3))
    const profile = profileTrace(original)
    const generator = new TraceGenerator(profile)
    const drawn = Array.from({ length: 60_000 }, () => generator.next(() => random.uniform()))
    expect(new Set(drawn).size).toBe(profile.rows.length)
    const again = profileTrace(drawn.slice(30_000))
    const median = ({ distances, cumulative }: typeof profile) =>
      distances[cumulative.findIndex((share) => share >= 0.5)]!
    expect(Math.abs(median(again) - median(profile))).toBeLessThan(0.1 * median(profile))
  })

  it('begins with the row that was used first', () => {
    const generator = new TraceGenerator(profileTrace([4, 8, 4]))
    expect(generator.next(() => 0.99)).toBe(4)
  })
})
