export interface Counts {
  passed: number
  failed: number
}
export function add(a: Counts, b: Counts): Counts
export function ofExitCode(code: number): Counts
export function ofCargo(output: string, code: number): Counts
export function ofVitest(
  report: { numPassedTests: number; numFailedTests: number } | null,
  code: number,
): Counts
export interface FileTime {
  /** Relative to the root. */
  file: string
  seconds: number
}
export function slowestFiles(
  report: { testResults?: { name: string; startTime: number; endTime: number }[] } | null,
  root: string,
  count: number,
): FileTime[]
