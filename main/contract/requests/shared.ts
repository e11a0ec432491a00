/** Schemas that requests of several nouns have. */
import { z } from 'zod'

/** The maximum length of an id, such as a run's or a dataset's. */
const MAX_ID_LENGTH = 200

export const anyId = z.string().max(MAX_ID_LENGTH)
export const id = anyId.min(1)
export const nothing = z.strictObject({})
export const byId = z.strictObject({ id })
export const done = z.object({})
/** A file that was written. */
export const writtenFile = z.object({ path: z.string(), bytes: z.int() })
