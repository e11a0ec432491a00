import type { Migration } from './migration.ts'

/** What the checksum of a run was over before. */
const FORMER = `key, id, name, status, best_metric, notes, created_at, started_at, finished_at, duration_ms, steps,
  samples_per_second, best, best_epoch, last, test_auc, error, dataset_id, dataset_hash, parameters, initial_parameters`

/**
 * The saved model that a run trained, which other models may share their name with. It may be deleted while the run stays.
 * Runs from before are those of the only saved model of their name, where there is one. The checksum of each run is from
 * now on over its model, too; a row that was damaged before keeps the checksum that shows it.
 */
export const runModels: Migration = {
  number: 100,
  name: 'saved models of runs',
  sql: `
ALTER TABLE runs ADD COLUMN model_id TEXT;

UPDATE runs SET model_id = (SELECT id FROM models WHERE name = runs.model_name)
WHERE (SELECT count(*) FROM models WHERE name = runs.model_name) = 1;

UPDATE runs SET checksum = row_checksum(${FORMER}, model_id)
WHERE checksum IS NULL OR checksum = row_checksum(${FORMER});

CREATE INDEX runs_by_model ON runs (model_id, created_at);
`,
}
