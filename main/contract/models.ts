/** Saved models, their edits and their versions, in the form that every process and page uses. */
import { z } from 'zod'
import { modelDocument } from '../model/document.ts'

/** The number of edits, and of versions, in one answer. */
export const MAX_LISTED_EDITS = 1000
export const MAX_LISTED_VERSIONS = 1000

/** One row of the list of models. `models.get` returns the document. */
export const modelSummary = z.object({
  id: z.string(),
  name: z.string(),
  updatedAt: z.string(),
  /** The number of nodes of its document. */
  nodes: z.int(),
})
export type ModelSummary = z.infer<typeof modelSummary>

export const savedModel = z.object({
  id: z.string(),
  name: z.string(),
  updatedAt: z.string(),
  document: modelDocument,
})
export type SavedModel = z.infer<typeof savedModel>

/** What the next undo and the next redo of a model would be. */
export const undoState = z.object({
  /** The number of edits that are in effect. */
  done: z.int(),
  /** The names of the edit that can be undone and of the one that can be redone. */
  undo: z.string().nullable(),
  redo: z.string().nullable(),
})
export type UndoState = z.infer<typeof undoState>

export const modelEdit = z.object({ number: z.int(), name: z.string(), madeAt: z.string() })
export type ModelEdit = z.infer<typeof modelEdit>

/** A version of a saved model: one that a person named, or the model that a run trained. */
export const modelVersion = z.object({
  id: z.string(),
  kind: z.enum(['named', 'run']),
  name: z.string(),
  createdAt: z.string(),
})
export type ModelVersion = z.infer<typeof modelVersion>
