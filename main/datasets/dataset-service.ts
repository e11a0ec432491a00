import { randomBytes } from 'node:crypto'
import type { FSWatcher } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { z } from 'zod'
import { explainDiskFull } from '../platform/disk-space.ts'
import { nativeAddon, type NativeDataset } from '../../native/index.ts'
import {
  generateRequest,
  importRequest,
  sampleOptions,
  type DatasetSummary,
  type FilePreview,
  type GenerateRequest,
  type ImportOutcome,
  type JobProgress,
  type PreviewRequest,
  type SampleOptions,
} from '../contract/datasets.ts'
import { toErrorData } from '../contract/errors.ts'
import type { EngineEvent } from '../contract/events.ts'
import type { DatasetManifest } from '../contract/manifest.ts'
import type { DatasetJob } from '../contract/datasets.ts'
import { listDatasets, readManifest, requireDataset } from './catalogue.ts'
import { encodeFile, type EncodedFile } from './encode-file.ts'
import { importFiles } from './import-files.ts'
import { JobBoard, type JobHandle } from './jobs.ts'
import { ListDifference } from './list-difference.ts'
import { checkDistribution, generateDataset } from './samples/generated.ts'
import { installSample } from './samples/install.ts'
import type { LeakReport } from '../contract/dataset-leaks.ts'
import type { DatasetStatistics } from '../contract/dataset-statistics.ts'
import { findLeaks } from './leaks.ts'
import { readStatistics } from './statistics.ts'
import type { Remedy } from '../contract/remedies.ts'
import { importAgain } from './recipe.ts'
import { exportRejected, rejectedRowsOf, type StoredRejectedRow } from './rejected-file.ts'
import { previewFiles } from './preview-files.ts'
import { previewFile } from './sniffing/preview.ts'
import { claimName, type Claim } from './staging.ts'
import {
  listTrashedDatasets,
  removeTrashedDataset,
  restoreDataset,
  trashDataset,
  type TrashedDataset,
} from './trash.ts'
import { openIntact } from './verify-dataset.ts'
import { watchDatasets } from './watch.ts'
import { datasetFolders, prepareFolders, type DatasetFolders } from './workspace-folders.ts'

export interface DatasetServiceOptions {
  /** The workspace's folder; made if absent. */
  workspace: string
  /** The progress of jobs, and `changed` when this process or another one has changed the list of datasets. */
  onEvent?: (event: EngineEvent) => void
}

/** Datasets of one workspace: listing, importing, samples, opening. Failures are StudioErrors, except that a malformed
 * request throws its ZodError; toErrorData turns either into data. */
export class DatasetService {
  readonly #folders: DatasetFolders
  readonly #emit: (event: EngineEvent) => void
  readonly #jobs: JobBoard
  readonly #difference = new ListDifference()
  #watcher: FSWatcher | null = null
  #ready: Promise<void> | null = null

  constructor({ workspace, onEvent = () => {} }: DatasetServiceOptions) {
    this.#folders = datasetFolders(workspace)
    this.#emit = onEvent
    this.#jobs = new JobBoard((progress) => onEvent({ kind: 'job', progress }))
  }

  /** Watches for datasets that other processes add or remove; for the engine. */
  async watch(): Promise<void> {
    await this.#prepareIfWritable()
    this.#difference.next(stamps(await this.list()))
    this.#watcher ??= watchDatasets(this.#folders, () => void this.#changed())
  }

  /** Cancels running jobs and waits until nothing of them is left behind. */
  async close(): Promise<void> {
    this.#watcher?.close()
    this.#watcher = null
    await this.#jobs.close()
  }

  /** Newest first; a folder that cannot be used is listed with its problem. */
  async list(): Promise<DatasetSummary[]> {
    await this.#prepareIfWritable()
    return listDatasets(this.#folders)
  }

  show(id: string): Promise<DatasetManifest> {
    return readManifest(this.#folders, id)
  }

  /**
   * Moves a dataset to the trash and returns its id there. `requireUnused` is asked in the last moment and throws where
   * somebody needs the dataset.
   */
  async remove(id: string, requireUnused: () => void = () => undefined): Promise<string> {
    await this.#prepare()
    const trashed = await trashDataset(this.#folders, id, requireUnused)
    await this.#changed()
    return trashed
  }

  /** The datasets in the trash. */
  trashed(): Promise<TrashedDataset[]> {
    return listTrashedDatasets(this.#folders)
  }

  /** Moves a dataset back from the trash, under another name if one is given. Throws AlreadyExists if it is in use. */
  async restore(id: string, name?: string): Promise<void> {
    await this.#prepare()
    await restoreDataset(this.#folders, id, name)
    await this.#changed()
  }

  /** Deletes a dataset in the trash for good. */
  async removeTrashed(id: string): Promise<void> {
    await this.#prepare()
    await removeTrashedDataset(this.#folders, id)
  }

  /** Reads the file's beginning and guesses roles, and whatever of format, delimiter and header is not given. */
  preview(request: PreviewRequest): Promise<FilePreview> {
    return previewFile(request)
  }

  /** As preview, of files that make one dataset: refuses those whose columns differ from the first one's. */
  previewFiles(files: string[], hints: Omit<PreviewRequest, 'file'>): Promise<FilePreview> {
    return previewFiles(files, hints)
  }

  /** Resolves to the job's id once the name is taken; a name in use is AlreadyExists. */
  async startImport(input: z.input<typeof importRequest>): Promise<string> {
    // The name becomes a folder's, so nothing is touched before the schema was.
    const request = importRequest.parse(input)
    return this.#start('import', request.name, (claim, handle) =>
      importFiles(request, claim, handle, this.#folders),
    )
  }

  /** Imports a dataset's files again under another name, with remedies for what was rejected. As startImport. */
  async startImportAgain(id: string, name: string, remedies: readonly Remedy[]): Promise<string> {
    return this.startImport(importAgain(await this.show(id), name, remedies))
  }

  /** The rejected rows of a dataset, or of an import under that name which failed. Throws NotFound if there are none. */
  rejectedRows(id: string): AsyncGenerator<StoredRejectedRow> {
    return rejectedRowsOf(this.#folders, id)
  }

  /** Writes these rows as CSV. */
  exportRejected(id: string, out: string): Promise<{ path: string; bytes: number }> {
    return exportRejected(this.#folders, id, out)
  }

  /** A dataset's statistics by split, or null if it was prepared without them. */
  statistics(id: string): Promise<DatasetStatistics | null> {
    return readStatistics(this.#folders, id)
  }

  /** Scores each column alone and compares rows. `report` gets the share that is done. */
  async leaks(id: string, signal: AbortSignal, report: (fraction: number) => void): Promise<LeakReport> {
    const manifest = await this.show(id)
    return findLeaks(await this.openIntact(id), manifest, signal, report)
  }

  /** As startImport; the dataset gets the sample's name. */
  async startSample(input: SampleOptions): Promise<string> {
    const options = sampleOptions.parse(input)
    return this.#start('sample', options.name, (claim, handle) => installSample(options, claim, handle))
  }

  /** As startImport. */
  async startGenerate(input: GenerateRequest): Promise<string> {
    const request = generateRequest.parse(input)
    checkDistribution(request)
    return this.#start('generate', request.name, (claim, handle) => generateDataset(request, claim, handle))
  }

  /** Jobs of this session, finished ones included, oldest first. */
  jobs(): DatasetJob[] {
    return this.#jobs.list()
  }

  cancelJob(id: string): void {
    this.#jobs.cancel(id)
  }

  /** Rejects with the job's StudioError; code Cancelled after cancelJob. */
  async waitForJob(id: string): Promise<ImportOutcome> {
    return this.#jobs.wait(id)
  }

  /** Memory-maps a dataset's files; only their sizes are checked. */
  open(id: string): NativeDataset {
    return nativeAddon().openDataset(requireDataset(this.#folders, id))
  }

  /** As open, once the files are found to be what was imported. Throws Corrupt naming the damaged one. */
  openIntact(id: string): Promise<NativeDataset> {
    return openIntact(this.#folders.workspace, id)
  }

  /** Reads every byte of a dataset. Throws Corrupt naming the first file that is not what was imported. */
  async verify(id: string): Promise<DatasetManifest> {
    const manifest = await this.show(id)
    await nativeAddon().openDataset(requireDataset(this.#folders, id)).verify()
    return manifest
  }

  /**
   * Encodes a file with a dataset's vocabularies and transforms, hands it to `use`, and removes the encoded copy, in
   * which the text of the columns `keepText` is kept. Bad rows and columns that do not fit are StudioErrors with their
   * place.
   */
  async withEncodedFile<Result>(
    file: string,
    like: string,
    handle: JobHandle,
    use: (encoded: EncodedFile) => Promise<Result>,
    keepText: string[] = [],
  ): Promise<Result> {
    const encoding = { folder: requireDataset(this.#folders, like), manifest: await this.show(like) }
    // Its vocabularies decide what the values become.
    await this.openIntact(like)
    const { claim, removeFolders } = await this.#claimForEncoding()
    try {
      return await use(await encodeFile(file, encoding, claim, handle, keepText))
    } finally {
      // Windows keeps mapped files until this process ends; the next start sweeps them.
      await claim.release().catch(() => undefined)
      await removeFolders().catch(() => undefined)
    }
  }

  /** In the workspace, or in the system's temporary folder where the workspace cannot be written. */
  async #claimForEncoding(): Promise<{ claim: Claim; removeFolders: () => Promise<void> }> {
    const name = `.encoded-${randomBytes(4).toString('hex')}`
    try {
      await this.#prepare()
      return { claim: await claimName(this.#folders, name), removeFolders: async () => undefined }
    } catch (error) {
      if (!['ReadOnly', 'DiskFull'].includes(toErrorData(error).code)) throw error
      const folder = await mkdtemp(join(tmpdir(), 'dlrm-studio-'))
      const claim = await claimName({ ...this.#folders, importing: folder }, name)
      return { claim, removeFolders: () => rm(folder, { recursive: true, force: true }) }
    }
  }

  async #start(
    kind: JobProgress['kind'],
    name: string,
    work: (claim: Claim, handle: JobHandle) => Promise<ImportOutcome>,
  ): Promise<string> {
    await this.#prepare()
    const claim = await claimName(this.#folders, name)
    return this.#jobs.start({ kind, name }, async (handle) => {
      try {
        const outcome = await work(claim, handle)
        await this.#changed()
        return outcome
      } catch (error) {
        throw explainDiskFull(error, claim.folder)
      } finally {
        await claim.release()
      }
    })
  }

  #prepare(): Promise<void> {
    this.#ready ??= prepareFolders(this.#folders).catch((error: unknown) => {
      this.#ready = null
      throw error
    })
    return this.#ready
  }

  /** A workspace that can only be read is listed as it is. */
  async #prepareIfWritable(): Promise<void> {
    await this.#prepare().catch((error: unknown) => {
      if (!['ReadOnly', 'DiskFull'].includes(toErrorData(error).code)) throw error
    })
  }

  /** Reports how the list differs from what it was. If the list cannot be read, the next change reports this one too. */
  async #changed(): Promise<void> {
    const list = await this.list().catch(() => null)
    if (list === null) return
    const { changed, removed } = this.#difference.next(stamps(list))
    if (changed.length + removed.length === 0) return
    this.#emit({
      kind: 'changed',
      what: 'datasets',
      removed,
      total: list.length,
      changed: list.filter(({ id }) => changed.includes(id)),
    })
  }
}

const stamps = (list: readonly DatasetSummary[]): Map<string, string> =>
  new Map(list.map((dataset) => [dataset.id, JSON.stringify(dataset)]))
