/** The difference between two versions of a document. A patch is small to store, exact to apply, and has an inverse. */
import { z } from 'zod'
import { MAX_NODES, modelDocument, modelNode, type ModelDocument, type ModelNode } from '../document.ts'

const { name, description, comments, groups } = modelDocument.shape

/** The fields that a document may have besides its nodes. In a patch null removes the field. */
const optional = {
  description: description.unwrap().nullable().optional(),
  comments: comments.unwrap().nullable().optional(),
  groups: groups.unwrap().nullable().optional(),
}
const optionalKeys = ['description', 'comments', 'groups'] as const

/** The maximum length of the text that describes an edit. */
export const MAX_EDIT_NAME = 200

export const documentPatch = z.strictObject({
  name: name.optional(),
  ...optional,
  /** Ranges of nodes that are replaced. Indices refer to the document before the change, in ascending order. */
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

/** The patch that turns `before` into `after`. */
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

/** The document after a patch. Throws RangeError if the patch belongs to another document. */
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

/** Puts the keys of a document in the schema's order, so that equal documents are equal text. */
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

/** If the number of nodes is unchanged, only the ranges that differ. */
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

/** Unchanged nodes are the same object because edits keep them; others are compared by their content. */
function same(a: ModelNode | undefined, b: ModelNode | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
