/** The request for the list of runs: which runs, in which order, and which page. */
import { z } from 'zod'

export const runSort = z.strictObject({
  column: z.enum(['name', 'status', 'model', 'dataset', 'best', 'last', 'testAuc', 'duration', 'created']),
  descending: z.boolean(),
})
export type RunSort = z.infer<typeof runSort>

export const newestFirst: RunSort = { column: 'created', descending: true }

/** Which runs, in the form that parseRunQuery returns. */
export const queryText = z.string().max(10_000).default('')

/** The number of runs in one answer. A page of 200 is read in some milliseconds. */
export const MAX_LISTED_RUNS = 200
/** The number of ids in one answer. */
export const MAX_LISTED_IDS = 100_000

export const runPage = z.strictObject({
  query: queryText,
  sort: runSort.default(newestFirst),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(MAX_LISTED_RUNS).default(MAX_LISTED_RUNS),
})
export type RunPage = z.infer<typeof runPage>

export const runIdsPage = runPage.extend({
  limit: z.int().min(1).max(MAX_LISTED_IDS).default(MAX_LISTED_IDS),
  /** Only those of these that match. */
  among: z.array(z.string().max(200)).max(MAX_LISTED_IDS).nullable().default(null),
})
