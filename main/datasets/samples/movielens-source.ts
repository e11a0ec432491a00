import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import { fileError } from '../../platform/file-errors.ts'
import { readRegularFile } from '../../platform/regular-file.ts'
import { sha256 } from '../../platform/sha256.ts'
import type { JobHandle } from '../jobs.ts'
import { fetchWheel, nothingIfMissing, whyUnreachable, type PinnedWheel } from './wheel-download.ts'
import { readZipEntries } from './zip.ts'

/** The wheel that contains MovieLens 100K as tab-separated files. */
const WHEEL: PinnedWheel = {
  project: 'recbole',
  requirement: 'recbole==1.2.1',
  fileName: 'recbole-1.2.1-py3-none-any.whl',
  sha256: '9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407',
}

/** The files by name, each with the SHA-256 of the copy that defines this sample. */
export const MOVIELENS_FILES = {
  'ml-100k.inter': '4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff',
  'ml-100k.item': '51d7cdf777ce5c0f5b32c1d947a4a81fe07d75e78abbe761e0cd4d0756064532',
  'ml-100k.user': '4f670007d9cfbeb9807e757209af1555b9bcc186bde25e767f67cb67c6dd5972',
}
export type MovieLensFile = keyof typeof MOVIELENS_FILES

const NAMES = Object.keys(MOVIELENS_FILES) as MovieLensFile[]
const MAX_ARCHIVE_BYTES = 256 * 1024 * 1024
const MAX_FILE_BYTES = 16 * 1024 * 1024

/**
 * The text of MovieLens 100K's three files: from a wheel, zip or folder that the user chose, otherwise from the
 * downloaded wheel. Their content must always be the known one.
 */
export async function movieLensFiles(
  localFile: string | undefined,
  handle: JobHandle,
): Promise<Record<MovieLensFile, string>> {
  const source = localFile ?? WHEEL.fileName
  const found =
    localFile === undefined ? await unzip(await fetchWheel(WHEEL, handle), source) : await readLocal(source)
  const text = (name: MovieLensFile) => checkedText(found.get(name), name, source)
  return {
    'ml-100k.inter': text('ml-100k.inter'),
    'ml-100k.item': text('ml-100k.item'),
    'ml-100k.user': text('ml-100k.user'),
  }
}

/** Why MovieLens 100K cannot be downloaded at the moment, or null if it probably can. Takes two seconds at most. */
export const whyNoMovieLens = (signal: AbortSignal): Promise<string | null> => whyUnreachable(WHEEL, signal)

async function readLocal(path: string): Promise<Map<string, Buffer>> {
  try {
    const info = await stat(path)
    if (info.isDirectory()) return await readFolder(path)
    return await unzip(await readRegularFile(path, MAX_ARCHIVE_BYTES), path)
  } catch (error) {
    throw fileError(error, 'read', path)
  }
}

async function readFolder(folder: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  for (const name of NAMES) {
    // checkedText reports a missing one by name.
    const content = await readRegularFile(join(folder, name), MAX_FILE_BYTES).catch(nothingIfMissing)
    if (content) found.set(name, content)
  }
  return found
}

function unzip(archive: Buffer, file: string): Promise<Map<string, Buffer>> {
  return readZipEntries(archive, NAMES, file, MAX_FILE_BYTES)
}

function checkedText(content: Buffer | undefined, name: MovieLensFile, source: string): string {
  if (!content) {
    throw new StudioError(
      'NotFound',
      `${source} has no ${name}. Choose the wheel ${WHEEL.fileName}, or the folder or zip of its ml-100k files.`,
      { file: source },
    )
  }
  if (sha256(content) !== MOVIELENS_FILES[name]) {
    throw new StudioError(
      'Corrupt',
      `${name} in ${source} is not the same as in ${WHEEL.fileName}. Choose that wheel.`,
      { file: source },
    )
  }
  return content.toString('utf8')
}
