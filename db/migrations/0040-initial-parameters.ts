import type { Migration } from './migration.ts'

/** The file a run began with: without it, one killed before its first checkpoint would go on from other parameters. */
export const initialParameters: Migration = {
  number: 40,
  name: 'initial parameters',
  sql: `
ALTER TABLE runs ADD COLUMN initial_parameters TEXT;
`,
}
