/** What SQLite stores and returns; STRICT tables hold nothing else. */
export type Value = string | number | null
