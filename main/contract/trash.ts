/** The trash: runs, models and datasets that were deleted and can be restored. */
import { z } from 'zod'

export const trashedKind = z.enum(['run', 'model', 'dataset'])
export type TrashedKind = z.infer<typeof trashedKind>

export const trashedItem = z.object({
  kind: trashedKind,
  /** The id by which it is restored. That of a dataset is not its name, because several of one name may be in the trash. */
  id: z.string(),
  name: z.string(),
  /** ISO 8601. */
  deletedAt: z.string(),
  /** Of its files, such as checkpoints; of a model, of its document, edits and versions. */
  bytes: z.int(),
})
export type TrashedItem = z.infer<typeof trashedItem>

/** What was moved to the trash; null if it could not be read and was therefore deleted. */
export const trashed = z.object({ trashed: z.string().nullable() })
