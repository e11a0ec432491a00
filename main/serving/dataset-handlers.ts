import type { DatasetService } from '../datasets/dataset-service.ts'
import type { HandlersOf } from './handlers.ts'

export function datasetHandlers(datasets: DatasetService): HandlersOf<'datasets'> & HandlersOf<'jobs'> {
  return {
    'datasets.list': async () => ({ datasets: await datasets.list() }),
    'datasets.show': ({ id }) => datasets.show(id),
    'datasets.delete': async ({ id }) => {
      await datasets.remove(id)
      return {}
    },
    'datasets.preview': (request) => datasets.preview(request),
    'datasets.import': async (request) => ({ job: await datasets.startImport(request) }),
    'datasets.installSample': async (options) => ({ job: await datasets.startSample(options) }),
    'datasets.generate': async (request) => ({ job: await datasets.startGenerate(request) }),
    'jobs.list': () => ({ jobs: datasets.jobs() }),
    'jobs.cancel': ({ job }) => {
      datasets.cancelJob(job)
      return {}
    },
  }
}
