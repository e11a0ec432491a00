import type { BackendService } from '../training/backends/backend-service.ts'
import type { HandlersOf } from './handlers.ts'

export function backendHandlers(backends: BackendService): HandlersOf<'backends'> {
  return {
    'backends.status': () => backends.status(),
    'backends.install': ({ device, wheels }) => {
      backends.install(device, wheels)
      return {}
    },
    'backends.use': async ({ folder }) => {
      await backends.use(folder)
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
