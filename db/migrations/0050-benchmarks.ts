import type { Migration } from './migration.ts'

/** Benchmark results, measured here or brought from other machines; and where the time of a run's steps went. */
export const benchmarks: Migration = {
  number: 50,
  name: 'benchmarks and run profiles',
  sql: `
CREATE TABLE benchmarks (
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('window', 'cli', 'imported')),
  machine TEXT NOT NULL CHECK (json_valid(machine)),
  report TEXT NOT NULL CHECK (json_valid(report))
) STRICT, WITHOUT ROWID;

CREATE TABLE run_profiles (
  run INTEGER NOT NULL PRIMARY KEY REFERENCES runs (key) ON DELETE CASCADE,
  profile TEXT NOT NULL CHECK (json_valid(profile))
) STRICT;
`,
}
