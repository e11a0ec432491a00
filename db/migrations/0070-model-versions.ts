import type { Migration } from './migration.ts'

/** Versions of models that somebody gave a name, whole: they outlive the edits that led to them. */
export const modelVersions: Migration = {
  number: 70,
  name: 'versions of models',
  sql: `
CREATE TABLE model_versions (
  id TEXT NOT NULL PRIMARY KEY,
  model TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (length(name) > 0),
  created_at TEXT NOT NULL,
  document TEXT NOT NULL CHECK (json_valid(document))
) STRICT, WITHOUT ROWID;

CREATE INDEX model_versions_by_model ON model_versions (model, created_at);
`,
}
