import { relative } from 'node:path'

/** The result of a set of tests or checks: { passed, failed }. */
export const add = (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed })

/** A tool that only succeeds or fails counts as one check. */
export const ofExitCode = (code) => (code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

/** Reads what `cargo test` prints: one result line for each test binary. */
export function ofCargo(output, code) {
  const results = [...output.matchAll(/^test result: .*?(\d+) passed; (\d+) failed/gm)]
  const counts = results
    .map(([, passed, failed]) => ({ passed: Number(passed), failed: Number(failed) }))
    .reduce(add, { passed: 0, failed: 0 })
  return withExitCode(counts, code)
}

/** Reads the JSON report of Vitest, or null if Vitest did not write one. */
export function ofVitest(report, code) {
  const counts = { passed: report?.numPassedTests ?? 0, failed: report?.numFailedTests ?? 0 }
  return withExitCode(counts, code)
}

/**
 * The files of Vitest's JSON report that took longest, slowest first: { file, seconds }, with the file relative to
 * `root`. Empty if there is no report.
 */
export function slowestFiles(report, root, count) {
  return (report?.testResults ?? [])
    .map(({ name, startTime, endTime }) => ({
      file: relative(root, name),
      seconds: (endTime - startTime) / 1000,
    }))
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, count)
}

/** A runner that fails without a failing test (it does not compile, or it crashed) counts as one failure. */
function withExitCode(counts, code) {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}
