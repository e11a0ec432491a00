import { z } from 'zod'
import { modelDocument } from '../../model/document.ts'
import { documentPatch, MAX_EDIT_NAME } from '../../model/editing/patch.ts'
import { MAX_NAME_LENGTH } from '../../model/kinds/schema.ts'
import { measuredRun } from '../calibration.ts'
import { fileHandle } from '../file-handles.ts'
import { modelEdit, modelSummary, modelVersion, savedModel, undoState } from '../models.ts'
import { trashed } from '../trash.ts'
import { anyId, byId, done, id, writtenFile } from './shared.ts'

const versionName = z.string().trim().min(1).max(MAX_NAME_LENGTH)
const versionReference = z.strictObject({ kind: modelVersion.shape.kind, id })

export const modelRequests = {
  /** A page of the saved models, the last changed one first. It begins behind the model `after`. */
  'models.list': {
    request: z.strictObject({
      after: z
        .strictObject({ updatedAt: z.string().max(100), id: anyId })
        .nullable()
        .default(null),
      limit: z.int().min(1).max(500).default(500),
    }),
    response: z.object({ models: z.array(modelSummary), more: z.boolean() }),
  },
  'models.get': { request: byId, response: savedModel },
  'models.save': {
    request: z.strictObject({ id: anyId.nullable(), document: modelDocument }),
    response: savedModel,
  },
  /** Stores an edit that was made when `after` edits were in effect. Undone edits are then forgotten. */
  'models.edit': {
    request: z.strictObject({
      id,
      after: z.int().min(0),
      name: z.string().min(1).max(MAX_EDIT_NAME),
      patch: documentPatch,
    }),
    response: undoState,
  },
  /** The newest one first: versions with names, and the models that runs of this model have trained. */
  'models.versions': { request: byId, response: z.object({ versions: z.array(modelVersion) }) },
  'models.version': { request: versionReference, response: z.object({ document: modelDocument }) },
  /** Stores the current document as a version with a name. */
  'models.saveVersion': { request: byId.extend({ name: versionName }), response: modelVersion },
  'models.renameVersion': { request: byId.extend({ name: versionName }), response: done },
  'models.deleteVersion': { request: byId, response: done },
  /** Makes a version the current document, by an edit that can be undone. */
  'models.restoreVersion': {
    request: byId.extend({ version: versionReference }),
    response: z.object({ document: modelDocument, undoState }),
  },
  /** The newest run that trained a document on a dataset and measured how its steps spent their time. */
  'models.measured': {
    request: z.strictObject({ document: modelDocument, dataset: id }),
    response: z.object({ run: measuredRun.nullable() }),
  },
  'models.undoState': { request: byId, response: undoState },
  /** The last MAX_LISTED_EDITS edits that can be undone or redone, the oldest one first. */
  'models.edits': { request: byId, response: z.object({ edits: z.array(modelEdit) }) },
  /** Undoes the last edit or redoes the next one. `document` is null if there is none. */
  'models.step': {
    request: z.strictObject({ id, direction: z.enum(['undo', 'redo']) }),
    response: z.object({ document: modelDocument.nullable(), undoState }),
  },
  /** Moves a saved model to the trash, with its edits and versions. */
  'models.delete': { request: byId, response: trashed },
  /** The text of a model document that was opened from outside of the window. Fails with TooLarge, NotFound or Io. */
  'models.readFile': {
    request: z.strictObject({ file: fileHandle('openModel') }),
    response: z.object({ text: z.string() }),
  },
  /** Writes a document to a file as JSON. An existing file is replaced. */
  'models.export': {
    request: z.strictObject({ document: modelDocument, out: fileHandle('exportModel') }),
    response: writtenFile,
  },
  /** Writes a drawing, which is text for SVG and base64 for PNG. An existing file is replaced. */
  'models.exportPicture': {
    request: z.strictObject({
      format: z.enum(['svg', 'png']),
      data: z.string().min(1),
      out: fileHandle('exportPicture'),
    }),
    response: writtenFile,
  },
} as const
