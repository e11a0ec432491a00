import type { Handlers } from './handlers.ts'
import type { RequestName } from '../contract/requests.ts'

/** Requests that may take long, each worded as the end of a sentence. */
const lasting: Partial<Record<RequestName, string>> = {
  'runs.export': 'export of a run',
  'runs.quantise': 'quantisation of a run',
  'models.export': 'export of a model',
  'models.exportPicture': 'export of a picture',
  'benchmarks.export': 'export of benchmarks',
  'cluster.exportPlan': 'export of a plan',
  'datasets.exportSchema': 'export of a recipe',
}

/** The requests that are being handled and would be lost if the engine ended. */
export class OngoingRequests {
  readonly #ongoing = new Map<symbol, string>()

  names(): string[] {
    return [...this.#ongoing.values()]
  }

  /** The same handlers, of which those that may take long are listed while they run. */
  watch(handlers: Handlers): Handlers {
    const watched: Record<string, unknown> = { ...handlers }
    for (const [name, what] of Object.entries(lasting)) {
      const handle = handlers[name as RequestName] as (...given: unknown[]) => unknown
      watched[name] = async (...given: unknown[]) => {
        const key = Symbol(name)
        this.#ongoing.set(key, what)
        try {
          return await handle(...given)
        } finally {
          this.#ongoing.delete(key)
        }
      }
    }
    return watched as Handlers
  }
}
