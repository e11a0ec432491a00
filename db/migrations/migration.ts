/** One step of the schema. Never changed once released: a correction is a new step. */
export interface Migration {
  /** In tens, so that a fix to an old release has a place in between. */
  number: number
  name: string
  sql: string
}
