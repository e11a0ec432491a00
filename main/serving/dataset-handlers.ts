import type { StudioDatabase } from '../../db/index.ts'
import type { DatasetService } from '../datasets/dataset-service.ts'
import { importSchema } from '../contract/datasets.ts'
import { readJsonFile } from '../datasets/read-input-file.ts'
import { whyNoMovieLens } from '../datasets/samples/movielens-source.ts'
import { removeDataset } from '../runs/remove-dataset.ts'
import type { EngineEvent } from '../contract/events.ts'
import { LeakSearches } from './leak-searches.ts'
import { writeFileSafely } from '../platform/write-file.ts'
import type { HandlersOf } from './handlers.ts'

/** The number of runs that the question before a deletion names. */
const MAX_NAMED_RUNS = 3
const CHECK_MS = 2000

export interface DatasetSources {
  database: StudioDatabase
  datasets: DatasetService
  emit(event: EngineEvent): void
}

export function datasetHandlers({
  database,
  datasets,
  emit,
}: DatasetSources): HandlersOf<'datasets'> & HandlersOf<'jobs'> {
  const leaks = new LeakSearches(datasets, emit)
  return {
    'datasets.list': async () => ({ datasets: await datasets.list() }),
    'datasets.show': ({ id }) => datasets.show(id),
    'datasets.users': ({ id }) => ({
      ...database.runList.countOfDataset(id),
      names: database.runList.ofDataset(id, MAX_NAMED_RUNS).map(({ name }) => name),
    }),
    'datasets.delete': async (removal) => ({ trashed: await removeDataset({ database, datasets }, removal) }),
    'datasets.preview': async ({ file, schema, ...others }, files) =>
      datasets.preview({
        ...others,
        file: files.path(file),
        ...(schema && { schema: await readJsonFile(files.path(schema), importSchema) }),
      }),
    'datasets.import': async (request, files) => ({
      job: await datasets.startImport({ ...request, files: files.paths(request.files) }),
    }),
    'datasets.importAgain': async ({ id, name, remedies }) => ({
      job: await datasets.startImportAgain(id, name, remedies),
    }),
    'datasets.exportRejected': ({ id, out }, files) => datasets.exportRejected(id, files.path(out)),
    'datasets.statistics': ({ id }) => datasets.statistics(id),
    'datasets.leaks': ({ id }) => leaks.search(id),
    'datasets.cancelLeaks': ({ id }) => {
      leaks.cancel(id)
      return {}
    },
    'datasets.exportSchema': ({ schema, out }, files) =>
      writeFileSafely(files.path(out), (sink) => sink.text(`${JSON.stringify(schema, null, 2)}\n`)),
    'datasets.installSample': async ({ localFile, ...options }, files) => ({
      job: await datasets.startSample({ ...options, ...(localFile && { localFile: files.path(localFile) }) }),
    }),
    'datasets.checkDownload': async () => ({ problem: await whyNoMovieLens(AbortSignal.timeout(CHECK_MS)) }),
    'datasets.generate': async ({ distribution, ...request }, files) => ({
      job: await datasets.startGenerate({
        ...request,
        distribution:
          distribution.kind === 'trace'
            ? { ...distribution, files: files.paths(distribution.files) }
            : distribution,
      }),
    }),
    'jobs.list': () => ({ jobs: datasets.jobs() }),
    'jobs.cancel': ({ job }) => {
      datasets.cancelJob(job)
      return {}
    },
  }
}
