import type { Migration } from './migration.ts'

/**
 * The saved model that a run trained, which other models may share their name with. It may be deleted while the run stays.
 * Runs from before are those of the only saved model of their name, where there is one.
 */
export const runModels: Migration = {
  number: 100,
  name: 'saved models of runs',
  sql: `
ALTER TABLE runs ADD COLUMN model_id TEXT;

UPDATE runs SET model_id = (SELECT id FROM models WHERE name = runs.model_name)
WHERE (SELECT count(*) FROM models WHERE name = runs.model_name) = 1;

CREATE INDEX runs_by_model ON runs (model_id, created_at);
`,
}
