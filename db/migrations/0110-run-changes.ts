import type { Migration } from './migration.ts'

/**
 * The last changes of runs, each with the id of its run, so that a process finds what another one changed or deleted
 * without reading all runs; and indexes by what runs are looked for. The newest row is never deleted, so numbers only grow. What a living run stores ten times a
 * second is not counted as a change: living runs are few, and have an index of their own.
 */
export const runChanges: Migration = {
  number: 110,
  name: 'changes of runs',
  sql: `
CREATE TABLE run_changes (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL
) STRICT;

CREATE TRIGGER run_created AFTER INSERT ON runs BEGIN
  INSERT INTO run_changes (id) VALUES (new.id);
END;

CREATE TRIGGER run_changed AFTER UPDATE OF name, notes, status, best, last, test_auc ON runs BEGIN
  INSERT INTO run_changes (id) VALUES (new.id);
END;

CREATE TRIGGER run_deleted AFTER DELETE ON runs BEGIN
  INSERT INTO run_changes (id) VALUES (old.id);
END;

CREATE TRIGGER run_tagged AFTER INSERT ON run_tags BEGIN
  INSERT INTO run_changes (id) SELECT id FROM runs WHERE key = new.run;
END;

CREATE TRIGGER run_untagged AFTER DELETE ON run_tags BEGIN
  INSERT INTO run_changes (id) SELECT id FROM runs WHERE key = old.run;
END;

CREATE TRIGGER run_changes_limited AFTER INSERT ON run_changes BEGIN
  DELETE FROM run_changes WHERE number <= new.number - 10000;
END;

CREATE INDEX runs_by_status ON runs (status, created_at);

CREATE INDEX runs_by_dataset ON runs (dataset_id, created_at);
`,
}
