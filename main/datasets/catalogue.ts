import { lstatSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { DatasetSummary } from '../contract/datasets.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import { datasetManifest, type DatasetManifest } from '../contract/manifest.ts'
import { isPlainName } from '../contract/plain-name.ts'
import { pathInside, refuseLinks } from '../platform/workspace-links.ts'
import { fileError, isMissing } from '../platform/file-errors.ts'
import { readRegularFile } from '../platform/regular-file.ts'
import { unsealJson } from '../platform/sealed-json.ts'
import type { DatasetFolders } from './workspace-folders.ts'

const MANIFEST = 'manifest.json'
/** The maximum size of the manifest of a dataset with the most columns that an import accepts. */
const MAX_MANIFEST_BYTES = 256 * 1024 * 1024

/** The newest one comes first. A folder that is not a usable dataset is also listed, with its problem. */
export async function listDatasets(folders: DatasetFolders): Promise<DatasetSummary[]> {
  const entries = await readdir(folders.datasets, { withFileTypes: true }).catch((error: unknown) => {
    // A workspace that cannot be written may not have this folder yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw fileError(error, 'list', folders.datasets)
  })
  const summaries: DatasetSummary[] = []
  for (const entry of entries) {
    if (!(entry.isDirectory() || entry.isSymbolicLink()) || entry.name.startsWith('.')) continue
    const summary = await summarize(folders, entry.name)
    if (summary) summaries.push(summary)
  }
  return summaries.sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id))
}

export async function readManifest(folders: DatasetFolders, id: string): Promise<DatasetManifest> {
  const folder = requireDataset(folders, id)
  refuseLinks(folders.workspace, join(folder, MANIFEST))
  return readManifestIn(folder, id)
}

/** The manifest in a folder, of a dataset that messages call `id`. Throws Corrupt or Io. */
export async function readManifestIn(folder: string, id: string): Promise<DatasetManifest> {
  const path = join(folder, MANIFEST)
  const text = await readRegularFile(path, MAX_MANIFEST_BYTES).catch((error: unknown) => {
    if (isMissing(error)) throw damaged(id, `${path} does not exist.`)
    // A dataset that cannot be read at the moment may be intact.
    throw fileError(error, 'read', path)
  })
  const unsealed = unsealJson(text.toString('utf8'))
  if (unsealed === null) throw damaged(id, `${path} is damaged: its checksum differs.`)
  let content: unknown
  try {
    content = JSON.parse(unsealed)
  } catch {
    throw damaged(id, `${path} is not valid JSON.`)
  }
  const parsed = datasetManifest.safeParse(content)
  if (parsed.success) return parsed.data
  throw damaged(id, `${MANIFEST} is not valid at ${toErrorData(parsed.error).message}.`)
}

/** The folder of a dataset that exists; NotFound otherwise, whatever the id contains. */
export function requireDataset(folders: DatasetFolders, id: string): string {
  if (isPlainName(id)) {
    const path = pathInside(folders.workspace, 'datasets', id)
    if (isThere(path)) return path
  }
  throw new StudioError('NotFound', `There is no dataset named ${id} in this workspace.`, { field: 'id' })
}

/** Throws Io if the system does not say whether it is one. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    throw fileError(error, 'open', path)
  }
}

/** The error for a dataset that would get the name of another one. */
export function nameTaken(name: string): StudioError {
  return new StudioError(
    'AlreadyExists',
    `A dataset named ${name} already exists. Choose another name, or delete that one first.`,
    { field: 'name' },
  )
}

async function summarize(folders: DatasetFolders, id: string): Promise<DatasetSummary | null> {
  try {
    const manifest = await readManifest(folders, id)
    const dense = manifest.columns.filter((column) => column.role === 'dense').length
    return {
      id,
      name: id,
      rows: manifest.rows,
      bytes: manifest.bytes,
      denseColumns: dense,
      sparseColumns: manifest.columns.length - dense,
      labelMean: labelMean(manifest),
      createdAt: manifest.createdAt,
      hash: manifest.hash,
      source: sourceOf(manifest),
      problem: null,
    }
  } catch (error) {
    const { code, message } = toErrorData(error)
    // Another process deleted it after the folder was read.
    if (code === 'NotFound') return null
    return unusable(folders, id, message)
  }
}

async function unusable(folders: DatasetFolders, id: string, problem: string): Promise<DatasetSummary> {
  const info = await lstat(join(folders.datasets, id)).catch(() => null)
  const createdAt = (info?.mtime ?? new Date(0)).toISOString()
  const nothing = {
    rows: 0,
    bytes: 0,
    denseColumns: 0,
    sparseColumns: 0,
    labelMean: null,
    hash: '',
    source: '',
  }
  return { id, name: id, createdAt, ...nothing, problem }
}

function labelMean({ rows, splits }: DatasetManifest): number | null {
  if (rows === 0) return null
  return Object.values(splits).reduce((sum, split) => sum + (split.labelMean ?? 0) * split.rows, 0) / rows
}

function sourceOf(manifest: DatasetManifest): string {
  const { source } = manifest.provenance
  if (typeof source === 'string') return source
  const [first, ...others] = manifest.sources
  if (!first) return ''
  return basename(first.path) + (others.length > 0 ? ` and ${others.length} more` : '')
}

function damaged(id: string, why: string): StudioError {
  return new StudioError(
    'Corrupt',
    `The dataset ${id} cannot be used: ${why} Delete it and import it again.`,
    { field: 'id' },
  )
}
