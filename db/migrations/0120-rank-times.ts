import type { Migration } from './migration.ts'

/** What the ranks of a run have measured when it last trained with ranks: JSON of JobTimes. */
export const rankTimes: Migration = {
  number: 120,
  name: 'times of ranks',
  sql: `
CREATE TABLE run_rank_times (
  run INTEGER PRIMARY KEY REFERENCES runs (key) ON DELETE CASCADE,
  times TEXT NOT NULL CHECK (json_valid(times)),
  checksum INTEGER
) STRICT;
`,
}
