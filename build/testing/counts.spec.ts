import { describe, expect, it } from 'vitest'
import { add, ofCargo, ofExitCode, ofVitest } from './counts.mjs'

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
})
