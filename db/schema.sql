CREATE TABLE benchmarks (
  id TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('window', 'cli', 'imported')),
  machine TEXT NOT NULL CHECK (json_valid(machine)),
  report TEXT NOT NULL CHECK (json_valid(report))
, checksum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('last', 'best', 'kept')),
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  created_at TEXT NOT NULL, checksum INTEGER,
  UNIQUE (run, path)
) STRICT;

CREATE TABLE epochs (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  epoch INTEGER NOT NULL CHECK (epoch > 0),
  result TEXT NOT NULL CHECK (json_valid(result)), checksum INTEGER,
  PRIMARY KEY (run, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_lines (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  sequence INTEGER NOT NULL CHECK (sequence > 0),
  at TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'error')),
  message TEXT NOT NULL, checksum INTEGER,
  PRIMARY KEY (run, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE metric_points (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  sequence INTEGER NOT NULL CHECK (sequence > 0),
  series TEXT NOT NULL,
  step INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  value REAL NOT NULL,
  elapsed_ms REAL NOT NULL, checksum INTEGER,
  PRIMARY KEY (run, sequence),
  UNIQUE (run, series, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_edits (
  model TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  number INTEGER NOT NULL CHECK (number > 0),
  name TEXT NOT NULL,
  made_at TEXT NOT NULL,
  forward TEXT NOT NULL CHECK (json_valid(forward)),
  backward TEXT NOT NULL CHECK (json_valid(backward)), checksum INTEGER,
  PRIMARY KEY (model, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_versions (
  id TEXT NOT NULL PRIMARY KEY,
  model TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (length(name) > 0),
  created_at TEXT NOT NULL,
  document TEXT NOT NULL CHECK (json_valid(document))
, checksum INTEGER) STRICT, WITHOUT ROWID;

CREATE INDEX model_versions_by_model ON model_versions (model, created_at);

CREATE TRIGGER trashed_model_deleted AFTER DELETE ON models BEGIN
  DELETE FROM trashed WHERE kind = 'model' AND id = old.id;
END;

CREATE TABLE models (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  document TEXT NOT NULL CHECK (json_valid(document))
, edits_done INTEGER NOT NULL DEFAULT 0 CHECK (edits_done >= 0), checksum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE preferences (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
, checksum INTEGER) STRICT, WITHOUT ROWID;

CREATE TRIGGER run_changes_limited AFTER INSERT ON run_changes BEGIN
  DELETE FROM run_changes WHERE number <= new.number - 10000;
END;

CREATE TABLE run_changes (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL
) STRICT;

CREATE TABLE run_profiles (
  run INTEGER NOT NULL PRIMARY KEY REFERENCES runs (key) ON DELETE CASCADE,
  profile TEXT NOT NULL CHECK (json_valid(profile))
, checksum INTEGER) STRICT;

CREATE TABLE run_rank_times (
  run INTEGER PRIMARY KEY REFERENCES runs (key) ON DELETE CASCADE,
  times TEXT NOT NULL CHECK (json_valid(times)),
  checksum INTEGER
) STRICT;

CREATE TABLE run_requests (
  number INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  action TEXT NOT NULL CHECK (action IN ('pause', 'resume', 'stop')),
  asked_at TEXT NOT NULL
) STRICT;

CREATE INDEX run_requests_by_run ON run_requests (run);

CREATE TRIGGER run_tagged AFTER INSERT ON run_tags BEGIN
  INSERT INTO run_changes (id) SELECT id FROM runs WHERE key = new.run;
END;

CREATE TRIGGER run_untagged AFTER DELETE ON run_tags BEGIN
  INSERT INTO run_changes (id) SELECT id FROM runs WHERE key = old.run;
END;

CREATE TABLE run_tags (
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  tag TEXT NOT NULL, checksum INTEGER,
  PRIMARY KEY (run, tag)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER run_changed AFTER UPDATE OF name, notes, status, best, last, test_auc ON runs BEGIN
  INSERT INTO run_changes (id) VALUES (new.id);
END;

CREATE TRIGGER run_created AFTER INSERT ON runs BEGIN
  INSERT INTO run_changes (id) VALUES (new.id);
END;

CREATE TRIGGER run_deleted AFTER DELETE ON runs BEGIN
  INSERT INTO run_changes (id) VALUES (old.id);
END;

CREATE TRIGGER trashed_run_deleted AFTER DELETE ON runs BEGIN
  DELETE FROM trashed WHERE kind = 'run' AND id = old.id;
END;

CREATE TABLE runs (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (
    status IN ('starting', 'running', 'paused', 'stopped', 'completed', 'failed', 'interrupted')
  ),
  model_name TEXT NOT NULL,
  model TEXT NOT NULL CHECK (json_valid(model)),
  config TEXT NOT NULL CHECK (json_valid(config)),
  environment TEXT NOT NULL CHECK (json_valid(environment)),
  dataset_id TEXT NOT NULL,
  dataset_name TEXT NOT NULL,
  dataset_hash TEXT NOT NULL,
  parameters INTEGER NOT NULL CHECK (parameters >= 0),
  best_metric TEXT NOT NULL,
  owner_pid INTEGER,
  owner_started_at TEXT,
  owner_host TEXT,
  heartbeat_at TEXT,
  created_at TEXT NOT NULL,
  started_at TEXT,
  finished_at TEXT,
  duration_ms REAL NOT NULL DEFAULT 0 CHECK (duration_ms >= 0),
  best REAL,
  best_epoch INTEGER,
  last REAL,
  test_auc REAL,
  progress TEXT CHECK (progress IS NULL OR json_valid(progress)),
  error TEXT CHECK (error IS NULL OR json_valid(error)),
  notes TEXT NOT NULL DEFAULT '', steps INTEGER NOT NULL DEFAULT 0 CHECK (steps >= 0), samples_per_second REAL NOT NULL DEFAULT 0 CHECK (samples_per_second >= 0), initial_parameters TEXT, checksum INTEGER, documents_checksum INTEGER, model_id TEXT,
  CHECK ((status IN ('starting', 'running', 'paused')) = (owner_pid IS NOT NULL)),
  CHECK ((owner_pid IS NULL) = (owner_host IS NULL))
) STRICT;

CREATE INDEX runs_by_creation ON runs (created_at);

CREATE INDEX runs_by_dataset ON runs (dataset_id, created_at);

CREATE INDEX runs_by_model ON runs (model_id, created_at);

CREATE INDEX runs_by_status ON runs (status, created_at);

CREATE TRIGGER run_restored AFTER DELETE ON trashed WHEN old.kind = 'run' BEGIN
  INSERT INTO run_changes (id) VALUES (old.id);
END;

CREATE TRIGGER run_trashed AFTER INSERT ON trashed WHEN new.kind = 'run' BEGIN
  INSERT INTO run_changes (id) VALUES (new.id);
END;

CREATE TABLE trashed (
  kind TEXT NOT NULL CHECK (kind IN ('run', 'model')),
  id TEXT NOT NULL,
  deleted_at TEXT NOT NULL,
  checksum INTEGER,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
