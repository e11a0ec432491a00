import type { StudioDatabase } from '../../db/index.ts'
import type { EngineEvent } from '../contract/events.ts'
import { writeFileSafely } from '../runs/write-file.ts'
import type { HandlersOf } from './handlers.ts'

export function modelHandlers(
  { models }: StudioDatabase,
  tell: (event: EngineEvent) => void,
): HandlersOf<'models'> {
  const changed = (): void => tell({ kind: 'changed', what: 'models' })
  return {
    'models.list': () => ({ models: models.list() }),
    'models.save': ({ id, document }) => {
      const saved = models.save(id, document)
      changed()
      return saved
    },
    'models.edit': ({ id, ...edit }) => {
      const standing = models.edit(id, edit)
      changed()
      return standing
    },
    'models.standing': ({ id }) => models.standing(id),
    'models.edits': ({ id }) => ({ edits: models.edits(id) }),
    'models.step': ({ id, direction }) => {
      const document = models.step(id, direction)
      if (document) changed()
      return { document, standing: models.standing(id) }
    },
    'models.delete': ({ id }) => {
      models.remove(id)
      changed()
      return {}
    },
    'models.exportPicture': ({ format, data, out }) =>
      writeFileSafely(out, (sink) =>
        format === 'svg' ? sink.text(`${data}\n`) : sink.bytes(Buffer.from(data, 'base64')),
      ),
    'models.export': ({ document, out }) =>
      writeFileSafely(out, (sink) => sink.text(`${JSON.stringify(document, null, 2)}\n`)),
  }
}
