import { describe, expect, it } from 'vitest'
import { add, ofCargo, ofExitCode, ofVitest, slowestFiles } from './counts.mjs'

describe('counting results', () => {
  it('adds up the test binaries of cargo', () => {
    const output = [
      'running 2 tests',
      'test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s',
      'test result: FAILED. 5 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s',
    ].join('\n')
    expect(ofCargo(output, 101)).toEqual({ passed: 7, failed: 1 })
  })

  it('counts a runner that fails without a failing test', () => {
    expect(ofCargo('error: could not compile', 101)).toEqual({ passed: 0, failed: 1 })
    expect(ofVitest(null, 1)).toEqual({ passed: 0, failed: 1 })
    expect(ofVitest({ numPassedTests: 3, numFailedTests: 0 }, 1)).toEqual({ passed: 3, failed: 1 })
  })

  it('reads the report of Vitest and exit codes, and sums', () => {
    expect(ofVitest({ numPassedTests: 3, numFailedTests: 2 }, 1)).toEqual({ passed: 3, failed: 2 })
    expect(add(ofExitCode(0), ofExitCode(2))).toEqual({ passed: 1, failed: 1 })
  })

  it('names the files that took longest', () => {
    const took = (name: string, seconds: number) => ({
      name: `/house/test/${name}`,
      startTime: 5000,
      endTime: 5000 + 1000 * seconds,
    })
    const report = { testResults: [took('a.spec.ts', 1), took('b.spec.ts', 3.5), took('c.spec.ts', 2)] }
    expect(slowestFiles(report, '/house', 2)).toEqual([
      { file: 'test/b.spec.ts', seconds: 3.5 },
      { file: 'test/c.spec.ts', seconds: 2 },
    ])
    expect(slowestFiles(null, '/house', 2)).toEqual([])
  })
})
