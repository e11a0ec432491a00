import type { Migration } from './migration.ts'

/** What a run has done in all; its progress is gone once it has ended. */
export const runTotals: Migration = {
  number: 30,
  name: 'run totals',
  sql: `
ALTER TABLE runs ADD COLUMN steps INTEGER NOT NULL DEFAULT 0 CHECK (steps >= 0);
ALTER TABLE runs ADD COLUMN samples_per_second REAL NOT NULL DEFAULT 0 CHECK (samples_per_second >= 0);
UPDATE runs SET steps = coalesce((SELECT max(step) FROM checkpoints WHERE run = runs.key), 0);
`,
}
