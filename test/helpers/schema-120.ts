/** Makes a closed database one of the release before the trash, so that opening it has something to change. */
import Database from 'better-sqlite3'

export function makeSchema120(file: string): void {
  const raw = new Database(file)
  raw.exec(`DROP TRIGGER run_trashed; DROP TRIGGER run_restored; DROP TRIGGER trashed_run_deleted;
    DROP TRIGGER trashed_model_deleted; DROP TABLE trashed; PRAGMA user_version = 120`)
  raw.close()
}
