import type { Migration } from './migration.ts'

/** Every change to a model with what takes it back: undo outlives the process. `edits_done` is how many are in effect. */
export const modelEdits: Migration = {
  number: 60,
  name: 'edits of models',
  sql: `
ALTER TABLE models ADD COLUMN edits_done INTEGER NOT NULL DEFAULT 0 CHECK (edits_done >= 0);

CREATE TABLE model_edits (
  model TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  number INTEGER NOT NULL CHECK (number > 0),
  name TEXT NOT NULL,
  made_at TEXT NOT NULL,
  forward TEXT NOT NULL CHECK (json_valid(forward)),
  backward TEXT NOT NULL CHECK (json_valid(backward)),
  PRIMARY KEY (model, number)
) STRICT, WITHOUT ROWID;
`,
}
