import type { Migration } from './migration.ts'

/** A checksum for each row, because SQLite does not notice a flipped bit in a value. */
export const rowChecksums: Migration = {
  number: 90,
  name: 'checksums of rows',
  sql: `
ALTER TABLE runs ADD COLUMN checksum INTEGER;
UPDATE runs SET checksum = row_checksum(key, id, name, status, best_metric, notes,
  created_at, started_at, finished_at, duration_ms, steps, samples_per_second,
  best, best_epoch, last, test_auc, error, dataset_id,
  dataset_hash, parameters, initial_parameters);
ALTER TABLE runs ADD COLUMN documents_checksum INTEGER;
UPDATE runs SET documents_checksum = row_checksum(key, model_name, dataset_name, model, config, environment);
ALTER TABLE epochs ADD COLUMN checksum INTEGER;
UPDATE epochs SET checksum = row_checksum(run, epoch, result);
ALTER TABLE checkpoints ADD COLUMN checksum INTEGER;
UPDATE checkpoints SET checksum = row_checksum(id, run, step, epoch, kind, path,
  bytes, sha256, created_at);
ALTER TABLE metric_points ADD COLUMN checksum INTEGER;
UPDATE metric_points SET checksum = row_checksum(run, sequence, series, step, epoch, value,
  elapsed_ms);
ALTER TABLE log_lines ADD COLUMN checksum INTEGER;
UPDATE log_lines SET checksum = row_checksum(run, sequence, at, level, message);
ALTER TABLE models ADD COLUMN checksum INTEGER;
UPDATE models SET checksum = row_checksum(id, name, updated_at, document, edits_done);
ALTER TABLE model_edits ADD COLUMN checksum INTEGER;
UPDATE model_edits SET checksum = row_checksum(model, number, name, made_at, forward, backward);
ALTER TABLE model_versions ADD COLUMN checksum INTEGER;
UPDATE model_versions SET checksum = row_checksum(id, model, name, created_at, document);
ALTER TABLE benchmarks ADD COLUMN checksum INTEGER;
UPDATE benchmarks SET checksum = row_checksum(id, created_at, origin, machine, report);
ALTER TABLE preferences ADD COLUMN checksum INTEGER;
UPDATE preferences SET checksum = row_checksum(key, value);
ALTER TABLE run_profiles ADD COLUMN checksum INTEGER;
UPDATE run_profiles SET checksum = row_checksum(run, profile);
ALTER TABLE run_tags ADD COLUMN checksum INTEGER;
UPDATE run_tags SET checksum = row_checksum(run, tag);
`,
}
