/** The workspace's SQLite database: everything about runs, models and benchmarks. Knows no training. */
export type * from './types.ts'
export type { UnusableRun } from './run-table.ts'
export { openStudioDatabase } from './open.ts'
export { retryBusy, STORING_LIMIT_MS } from './retry-busy.ts'
export { StudioDatabase, type StudioReader } from './studio-database.ts'
