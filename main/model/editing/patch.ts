/** The difference between two versions of a document: small to keep, exact to apply, and as easy to take back. */
import { z } from 'zod'
import { MAX_NODES, modelDocument, modelNode, type ModelDocument, type ModelNode } from '../document.ts'

const { name, description, comments, groups } = modelDocument.shape

/** What a document may have beside its nodes; in a patch null: there is none any more. */
const optional = {
  description: description.unwrap().nullable().optional(),
  comments: comments.unwrap().nullable().optional(),
  groups: groups.unwrap().nullable().optional(),
}
const optionalKeys = ['description', 'comments', 'groups'] as const

/** Of the letters that say what an edit did. */
export const MAX_EDIT_NAME = 200

export const documentPatch = z.strictObject({
  name: name.optional(),
  ...optional,
  /** Runs of nodes that give way to others. Places are those before the change, in rising order. */
  splices: z
    .array(
      z.strictObject({
        at: z.int().min(0).max(MAX_NODES),
        remove: z.int().min(0).max(MAX_NODES),
        insert: z.array(modelNode).max(MAX_NODES),
      }),
    )
    .max(MAX_NODES),
})
export type DocumentPatch = z.infer<typeof documentPatch>

/** What makes `after` of `before`. */
export function difference(before: ModelDocument, after: ModelDocument): DocumentPatch {
  return {
    ...(before.name !== after.name && { name: after.name }),
    ...Object.fromEntries(
      optionalKeys
        .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
        .map((key) => [key, after[key] ?? null]),
    ),
    splices: splicesOf(before.nodes, after.nodes),
  }
}

/** The document after a patch. Throws RangeError where the patch is of another document. */
export function applyPatch(document: ModelDocument, patch: DocumentPatch): ModelDocument {
  let nodes = [...document.nodes]
  let end = nodes.length
  for (const { at, remove, insert } of patch.splices.toReversed()) {
    if (at + remove > end)
      throw new RangeError(`The change is of another version: it ends at node ${at + remove}.`)
    nodes = [...nodes.slice(0, at), ...insert, ...nodes.slice(at + remove)]
    end = at
  }
  const patched = { ...document, ...(patch.name !== undefined && { name: patch.name }), nodes }
  for (const key of optionalKeys) {
    if (patch[key] === null) delete patched[key]
    else if (patch[key] !== undefined) Object.assign(patched, { [key]: patch[key] })
  }
  return inOrder(patched)
}

/** The keys of a document in the schema's order, so that equal documents are equal text. */
function inOrder(document: ModelDocument): ModelDocument {
  const keys = Object.keys(modelDocument.shape) as (keyof ModelDocument)[]
  return Object.fromEntries(
    keys.filter((key) => document[key] !== undefined).map((key) => [key, document[key]]),
  ) as unknown as ModelDocument
}

export const isEmpty = (patch: DocumentPatch): boolean =>
  patch.name === undefined &&
  optionalKeys.every((key) => patch[key] === undefined) &&
  patch.splices.length === 0

function splicesOf(before: ModelNode[], after: ModelNode[]): DocumentPatch['splices'] {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && same(before[start], after[start])) start++
  let tail = 0
  while (tail < shorter - start && same(before.at(-1 - tail), after.at(-1 - tail))) tail++
  const removed = before.length - start - tail
  const inserted = after.length - start - tail
  if (removed === 0 && inserted === 0) return []
  if (removed !== inserted)
    return [{ at: start, remove: removed, insert: after.slice(start, start + inserted) }]
  return changedRuns(before, after, start, start + removed)
}

/** Of as many nodes before as after: only the runs that differ. */
function changedRuns(
  before: ModelNode[],
  after: ModelNode[],
  from: number,
  to: number,
): DocumentPatch['splices'] {
  const splices: DocumentPatch['splices'] = []
  for (let at = from; at < to; at++) {
    if (same(before[at], after[at])) continue
    let end = at + 1
    while (end < to && !same(before[end], after[end])) end++
    splices.push({ at, remove: end - at, insert: after.slice(at, end) })
    at = end
  }
  return splices
}

/** Unchanged nodes are the same object, as edits leave them; others are compared by what they say. */
function same(a: ModelNode | undefined, b: ModelNode | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
