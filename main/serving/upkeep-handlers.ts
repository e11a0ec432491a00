import type { UpkeepService } from '../upkeep/upkeep-service.ts'
import type { HandlersOf } from './handlers.ts'

export function upkeepHandlers(upkeep: UpkeepService): HandlersOf<'upkeep'> {
  return {
    'upkeep.backUp': ({ to }, files) => upkeep.backUp(files.path(to)),
    'upkeep.restore': ({ from, to }, files) => upkeep.restore(files.path(from), files.path(to)),
    'upkeep.check': () => upkeep.check(),
    'upkeep.repair': () => upkeep.repair(),
    'upkeep.cancel': () => {
      upkeep.cancel()
      return {}
    },
    'upkeep.current': () => ({ progress: upkeep.current }),
  }
}
