import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { inputFiles } from './input-files.ts'

async function folderWith(...files: string[]): Promise<string> {
  const folder = await temporaryFolder()
  for (const file of files) {
    await mkdir(join(folder, file, '..'), { recursive: true })
    await writeFile(join(folder, file), file.endsWith('empty.csv') ? '' : 'label,a\n1,2\n')
  }
  return folder
}

describe('inputFiles', () => {
  it('takes the files in a folder and its folders, but what programs leave there', async () => {
    const folder = await folderWith(
      'day=2/b.csv',
      'day=1/a.csv',
      '_SUCCESS',
      '.a.crc',
      'empty.csv',
      '_tmp/c.csv',
    )
    expect(await inputFiles([folder])).toEqual([join(folder, 'day=1/a.csv'), join(folder, 'day=2/b.csv')])
  })

  it('takes the files that match a pattern, each once', async () => {
    const folder = await folderWith('b.csv', 'a.csv', 'a.txt')
    const all = [join(folder, 'a.csv'), join(folder, 'b.csv')]
    expect(await inputFiles([join(folder, '*.csv'), join(folder, 'a.csv')])).toEqual(all)
  })

  it('takes a file whose name looks like a pattern', async () => {
    const folder = await folderWith('a[1].csv')
    expect(await inputFiles([join(folder, 'a[1].csv')])).toEqual([join(folder, 'a[1].csv')])
  })

  it('says where there is nothing', async () => {
    const folder = await folderWith('_SUCCESS')
    await expect(inputFiles([join(folder, '*.csv')])).rejects.toThrow(/No file matches/)
    await expect(inputFiles([folder])).rejects.toThrow(/folder without files/)
  })
})
