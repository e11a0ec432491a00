import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { specialFiles } from '../../test/helpers/special-files.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { StudioError } from '../contract/errors.ts'
import { readRegularFile, readRegularFileSync } from './regular-file.ts'

const refused = async (read: () => unknown): Promise<StudioError> => {
  const error = await Promise.resolve()
    .then(read)
    .then(
      () => null,
      (thrown: unknown) => thrown,
    )
  expect(error).toBeInstanceOf(StudioError)
  return error as StudioError
}

it('reads regular files, up to their limit and not beyond', async () => {
  const file = join(await temporaryFolder(), 'file')
  writeFileSync(file, 'text')
  expect((await readRegularFile(file, 4)).toString()).toBe('text')
  expect(readRegularFileSync(file, 4).toString()).toBe('text')
  for (const read of [readRegularFile, readRegularFileSync])
    expect((await refused(() => read(file, 3))).data).toMatchObject({ code: 'TooLarge', file })
  truncateSync(file)
  expect(await readRegularFile(file, 4)).toHaveLength(0)
})

it('names what is missing', async () => {
  for (const read of [readRegularFile, readRegularFileSync])
    expect((await refused(() => read('/no/such/file', 1))).data).toMatchObject({ code: 'NotFound' })
})

it('refuses what is no regular file at once, whatever it is', { timeout: 5000 }, async () => {
  for (const { name, path } of await specialFiles(await temporaryFolder())) {
    for (const read of [readRegularFile, readRegularFileSync]) {
      const { data } = await refused(() => read(path, 1024))
      expect(data, name).toMatchObject({ file: path })
      expect(['InvalidArgument', 'TooLarge', 'Io'], name).toContain(data.code)
    }
  }
})
