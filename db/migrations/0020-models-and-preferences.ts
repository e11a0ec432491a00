import type { Migration } from './migration.ts'

export const modelsAndPreferences: Migration = {
  number: 20,
  name: 'models and preferences',
  sql: `
CREATE TABLE models (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  document TEXT NOT NULL CHECK (json_valid(document))
) STRICT, WITHOUT ROWID;

CREATE TABLE preferences (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
`,
}
