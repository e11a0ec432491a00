import type { BackendService } from '../training/backends/backend-service.ts'
import type { HandlersOf } from './handlers.ts'

export function backendHandlers(backends: BackendService): HandlersOf<'backends'> {
  return {
    'backends.status': () => backends.status(),
    'backends.install': ({ device, wheels }, files) => {
      backends.install(device, wheels && files.path(wheels))
      return {}
    },
    'backends.use': async ({ folder }, files) => {
      await backends.use(folder && files.path(folder))
      return {}
    },
    'backends.cancel': () => {
      backends.cancel()
      return {}
    },
    'backends.remove': async ({ device }) => {
      await backends.remove(device)
      return {}
    },
  }
}
