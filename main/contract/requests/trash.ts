import { z } from 'zod'
import { trashedItem, trashedKind } from '../trash.ts'
import { done, id, nothing } from './shared.ts'

const item = z.strictObject({ kind: trashedKind, id })

export const trashRequests = {
  /** The last deleted item comes first. */
  'trash.list': { request: nothing, response: z.object({ items: z.array(trashedItem) }) },
  /**
   * Restores an item. A dataset gets another name with `name`; if its name is in use by now, it fails with AlreadyExists.
   */
  'trash.restore': { request: item.extend({ name: z.string().min(1).max(200).optional() }), response: done },
  /** Deletes items for good. */
  'trash.delete': { request: z.strictObject({ items: z.array(item).min(1).max(10_000) }), response: done },
} as const
