import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { ImportRequest } from '../../main/contract/datasets.ts'
import { toErrorData, type ErrorData } from '../../main/contract/errors.ts'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { malformedFiles } from './malformed-files.ts'

/** Imports the file and returns the failure, after checking that nothing is left of it. */
async function failureOf(file: string, request: Partial<ImportRequest> = {}): Promise<ErrorData> {
  const workspace = await temporaryFolder()
  const service = new DatasetService({ workspace })
  let failure: ErrorData | null = null
  try {
    const job = await service.startImport({ name: 'hostile', files: [file], format: 'auto', ...request })
    await service.waitForJob(job)
  } catch (error) {
    failure = toErrorData(error)
  } finally {
    await service.close()
  }
  expect(await readdir(join(workspace, 'datasets'))).toEqual([])
  expect(await readdir(join(workspace, 'importing'))).toEqual([])
  if (!failure) throw new Error('The import was expected to fail.')
  expect(failure.message).not.toMatch(/\n\s+at |\.ts:\d|\.rs:\d/)
  return failure
}

describe('importing a malformed file', () => {
  it.each([...malformedFiles.badRows, ...malformedFiles.badFiles].map((file) => [file.title, file] as const))(
    'refuses %s',
    async (_title, malformed) => {
      const file = join(await temporaryFolder(), malformed.name ?? 'clicks.csv')
      await writeFile(file, malformed.content)
      const { format = 'auto', schema, code, message, row, column } = malformed
      const failure = await failureOf(file, { format, schema })
      expect(failure).toMatchObject({ code, ...(row && { row }), ...(column && { column }) })
      expect(failure.message).toMatch(message)
      expect(failure.file ?? file).toBe(file)
    },
  )

  it('refuses a folder', async () => {
    const folder = join(await temporaryFolder(), 'clicks.csv')
    await mkdir(folder)
    expect(await failureOf(folder)).toMatchObject({ code: 'InvalidArgument', file: folder })
  })

  it('refuses a file that does not exist', async () => {
    const file = join(await temporaryFolder(), 'missing.csv')
    expect(await failureOf(file)).toMatchObject({ code: 'NotFound', file })
  })

  it('refuses a link that leads in a circle', async () => {
    const file = join(await temporaryFolder(), 'loop.csv')
    await symlink('loop.csv', file)
    expect(await failureOf(file)).toMatchObject({ code: 'Io', file })
  })

  // Root may read every file, so only other accounts can test this one.
  it.skipIf(process.getuid?.() === 0)('refuses a file without read permission', async () => {
    const file = join(await temporaryFolder(), 'secret.csv')
    await writeFile(file, 'label,dense_a\n1,2\n', { mode: 0o000 })
    expect(await failureOf(file)).toMatchObject({ code: 'Io', file })
  })

  it('refuses a gzip file that is cut off far behind its first megabyte', async () => {
    const rows = Array.from({ length: 400_000 }, (_, at) => `${at % 2},${(at * 7919) % 100_003},c${at % 997}`)
    const packed = gzipSync(['label,dense_age,sparse_city', ...rows].join('\n'), { level: 1 })
    const file = join(await temporaryFolder(), 'large.csv.gz')
    await writeFile(file, packed.subarray(0, packed.length - 100))
    expect(await failureOf(file)).toMatchObject({ code: 'Corrupt', file })
  })
})
