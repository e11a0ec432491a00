/** The rows that an import leaves out, with their reasons, and what can be done about them. */
import { z } from 'zod'
import type { ErrorData } from './errors.ts'

const row = {
  row: z.int(),
  /** null if the row as a whole is wrong. */
  column: z.string().nullable(),
  reason: z.string(),
}
const counts = {
  column: z.string().nullable(),
  /** The reason, with an ellipsis for each text of the file in it. */
  reason: z.string(),
  count: z.int(),
  /** The most frequent fields at fault. */
  values: z.array(z.object({ value: z.string(), count: z.int() })),
  /** How many different fields are at fault, as far as they were counted. */
  distinct: z.int(),
}

/** `file` is an index into the sources, as the importer counts them. */
const numberedRow = z.object({ file: z.int(), ...row })
export const rejectedRow = z.object({ file: z.string(), ...row })
export type RejectedRow = z.infer<typeof rejectedRow>

/** Rejected rows with the same fault in the same column. */
export const rejectedGroup = z.object({ ...counts, first: rejectedRow })
export type RejectedGroup = z.infer<typeof rejectedGroup>

/** How an import's result, a failure and the manifest report rejected rows. Older datasets have only the first two fields. */
export const numberedRejections = z.object({
  count: z.int(),
  first: z.array(numberedRow),
  groups: z.array(z.object({ ...counts, first: numberedRow })).optional(),
  stored: z.int().optional(),
})

export const rejections = z.object({
  count: z.int(),
  /** The first rows, one by one. */
  first: z.array(rejectedRow),
  /** By descending count. */
  groups: z.array(rejectedGroup),
  /** How many of the rows are in the file of rejected rows, which is limited in size. */
  stored: z.int(),
})
export type Rejections = z.infer<typeof rejections>

const failureDetails = z.object({ rejected: rejections })

/** What an error's details say of rejected rows, or null if they were not the reason. */
export function rejectedOf(error: ErrorData): Rejections | null {
  return failureDetails.safeParse(error.details).data?.rejected ?? null
}

/** With the paths of the files in the place of their numbers. */
export function withFileNames(
  { count, first, groups = [], stored = 0 }: z.infer<typeof numberedRejections>,
  files: readonly string[],
): Rejections {
  const named = (numbered: z.infer<typeof numberedRow>) => ({ ...numbered, file: files[numbered.file] ?? '' })
  return {
    count,
    first: first.map(named),
    groups: groups.map((group) => ({ ...group, first: named(group.first) })),
    stored,
  }
}

/** The values that a sentence names. */
const NAMED_VALUES = 3

/** What is wrong with the rows of a group, such as `"N/A" is not a number`. */
export function groupText({ reason, values, count, distinct, first }: RejectedGroup): string {
  const [most] = values
  if (count === 1 || most === undefined || !reason.includes('…')) return count === 1 ? first.reason : reason
  if (distinct === 1) return first.reason
  const named = values
    .slice(0, NAMED_VALUES)
    .map(({ value, count: times }) => `${JSON.stringify(value)} (${times} ×)`)
  const more = distinct > named.length ? `, … (${distinct.toLocaleString('en')} different values)` : ''
  return `${reason}: ${named.join(', ')}${more}`
}
