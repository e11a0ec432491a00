import type { Migration } from './migration.ts'

/**
 * Which runs and models are in the trash. Their rows stay as they are, so what is restored is what was deleted, bit for
 * bit. A deletion for good also removes them from the trash. The window hears of a run that is moved to the trash or back
 * like of any other change.
 */
export const trash: Migration = {
  number: 130,
  name: 'trash',
  sql: `
CREATE TABLE trashed (
  kind TEXT NOT NULL CHECK (kind IN ('run', 'model')),
  id TEXT NOT NULL,
  deleted_at TEXT NOT NULL,
  checksum INTEGER,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER run_trashed AFTER INSERT ON trashed WHEN new.kind = 'run' BEGIN
  INSERT INTO run_changes (id) VALUES (new.id);
END;

CREATE TRIGGER run_restored AFTER DELETE ON trashed WHEN old.kind = 'run' BEGIN
  INSERT INTO run_changes (id) VALUES (old.id);
END;

CREATE TRIGGER trashed_run_deleted AFTER DELETE ON runs BEGIN
  DELETE FROM trashed WHERE kind = 'run' AND id = old.id;
END;

CREATE TRIGGER trashed_model_deleted AFTER DELETE ON models BEGIN
  DELETE FROM trashed WHERE kind = 'model' AND id = old.id;
END;
`,
}
