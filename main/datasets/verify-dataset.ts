/**
 * Checks whether a dataset's files are what was imported: completely on request, and at little cost before they are
 * used.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { nativeAddon, type NativeDataset } from '../../native/index.ts'
import { datasetManifest, type DatasetManifest } from '../contract/manifest.ts'
import { isPlainName } from '../contract/plain-name.ts'
import { pathInside } from '../platform/workspace-links.ts'
import { writeDurably } from '../platform/durable-file.ts'
import { requireDataset } from './catalogue.ts'
import { datasetFolders } from './workspace-folders.ts'

/** Up to this size every byte is read each time, because a current processor hashes as much in half a second. */
const ALWAYS_BYTES = 1 << 29
/** A larger dataset whose files were found intact is only read again after this time. */
const TRUSTED_MS = 7 * 24 * 3600 * 1000

/** The files that were found intact, and when. */
const verificationRecord = z.strictObject({ files: z.string(), at: z.number() })

/**
 * A dataset of the workspace that is opened and found intact. Throws NotFound, Io, or Corrupt naming the damaged file.
 */
export async function openIntact(workspace: string, id: string): Promise<NativeDataset> {
  const folder = requireDataset(datasetFolders(workspace), id)
  const dataset = nativeAddon().openDataset(folder)
  await requireIntact(workspace, folder, dataset)
  return dataset
}

/**
 * Compares an opened dataset's files with their checksums. A dataset beyond 512 MiB that was found intact within a
 * week, and of which no file has changed its size, times or location on the disk since then, is assumed to be intact.
 */
export async function requireIntact(
  workspace: string,
  folder: string,
  dataset: NativeDataset,
): Promise<void> {
  const manifest = datasetManifest.parse(JSON.parse(dataset.manifest()))
  if (manifest.bytes <= ALWAYS_BYTES) return dataset.verify()
  const files = await identityOf(folder, manifest)
  const record = recordOf(workspace, folder)
  const known = record === null ? null : await readRecord(record)
  const age = Date.now() - (known?.at ?? 0)
  if (known?.files === files && age >= 0 && age < TRUSTED_MS) return
  await dataset.verify()
  if (record !== null) await writeRecord(record, { files, at: Date.now() })
}

/** Changes with anything that a program can do to the files. */
async function identityOf(folder: string, manifest: DatasetManifest): Promise<string> {
  const hash = createHash('sha256').update(manifest.hash)
  for (const { path } of manifest.files) {
    const { size, mtimeNs, ctimeNs, ino, dev } = await stat(join(folder, path), { bigint: true })
    hash.update(`${path} ${size} ${mtimeNs} ${ctimeNs} ${ino} ${dev}\n`)
  }
  return hash.digest('hex')
}

/** null for files that do not belong to a dataset of the workspace. */
function recordOf(workspace: string, folder: string): string | null {
  const name = folder.slice(dirname(folder).length + 1)
  if (dirname(folder) !== datasetFolders(workspace).datasets || !isPlainName(name)) return null
  return pathInside(workspace, 'verified', `${name}.json`)
}

async function readRecord(path: string): Promise<z.infer<typeof verificationRecord> | null> {
  try {
    return verificationRecord.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    // Without a record everything is read, which is always correct.
    return null
  }
}

/** If this fails, for instance in a read-only workspace, the next check reads everything again. */
async function writeRecord(path: string, record: z.infer<typeof verificationRecord>): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeDurably(path, JSON.stringify(record))
  } catch {
    return
  }
}
