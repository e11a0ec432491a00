import type { StudioDatabase } from '../../db/index.ts'
import type { EngineEvent } from '../contract/events.ts'
import { latestMeasured } from '../runs/latest-measured.ts'
import { MAX_DOCUMENT_BYTES } from '../model/document.ts'
import { readRegularFile } from '../platform/regular-file.ts'
import { writeFileSafely } from '../platform/write-file.ts'
import { checkedPicture } from './pictures/checked-picture.ts'
import { MAX_LISTED_EDITS } from '../contract/models.ts'
import type { HandlersOf } from './handlers.ts'
import { listVersions, restoreVersion, saveVersion, versionDocument } from './model-versions.ts'

export function modelHandlers(
  database: StudioDatabase,
  emit: (event: EngineEvent) => void,
): HandlersOf<'models'> {
  const { models } = database
  const changed = (id: string): void => {
    const model = models.summary(id)
    emit({
      kind: 'changed',
      what: 'models',
      total: models.count(),
      ...(model ? { changed: [model], removed: [] } : { changed: [], removed: [id] }),
    })
  }
  return {
    'models.list': ({ after, limit }) => {
      const found = models.page(after, limit + 1)
      return { models: found.slice(0, limit), more: found.length > limit }
    },
    'models.get': ({ id }) => models.get(id),
    'models.save': ({ id, document }) => {
      const saved = models.save(id, document)
      changed(saved.id)
      return saved
    },
    'models.edit': ({ id, ...edit }) => {
      const undoState = models.edit(id, edit)
      changed(id)
      return undoState
    },
    'models.measured': ({ document, dataset }) => ({ run: latestMeasured(database, document, dataset) }),
    'models.versions': ({ id }) => ({ versions: listVersions(database, id) }),
    'models.version': (version) => ({ document: versionDocument(database, version) }),
    'models.saveVersion': ({ id, name }) => saveVersion(database, id, name),
    'models.renameVersion': ({ id, name }) => {
      database.versions.rename(id, name)
      return {}
    },
    'models.deleteVersion': ({ id }) => {
      database.versions.remove(id)
      return {}
    },
    'models.restoreVersion': ({ id, version }) => {
      const restored = restoreVersion(database, id, version)
      changed(id)
      return restored
    },
    'models.undoState': ({ id }) => models.undoState(id),
    'models.edits': ({ id }) => ({ edits: models.edits(id, MAX_LISTED_EDITS) }),
    'models.step': ({ id, direction }) => {
      const document = models.step(id, direction)
      if (document) changed(id)
      return { document, undoState: models.undoState(id) }
    },
    'models.delete': ({ id }) => {
      // It may have been deleted elsewhere.
      models.undoState(id)
      database.trash.add('model', id)
      changed(id)
      return { trashed: id }
    },
    'models.readFile': async ({ file }, files) => {
      const content = await readRegularFile(files.path(file), MAX_DOCUMENT_BYTES)
      return { text: content.toString('utf8') }
    },
    'models.exportPicture': async ({ format, data, out }, files) => {
      const content = await checkedPicture(format, data)
      return writeFileSafely(files.path(out), (sink) => sink.bytes(content))
    },
    'models.export': ({ document, out }, files) =>
      writeFileSafely(files.path(out), (sink) => sink.text(`${JSON.stringify(document, null, 2)}\n`)),
  }
}
