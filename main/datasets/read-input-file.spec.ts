import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { readJsonFile } from './read-input-file.ts'

const schema = z.strictObject({ epochs: z.int() })

async function read(content: string) {
  const file = join(await temporaryFolder(), 'settings.json')
  await writeFile(file, content)
  return { file, reading: readJsonFile(file, schema) }
}

it('takes a file that begins with a byte order mark, as editors on Windows write it', async () => {
  const { reading } = await read('\uFEFF{"epochs": 3}')
  expect(await reading).toEqual({ epochs: 3 })
})

it('says in which row a file stops being JSON', async () => {
  const { file, reading } = await read('{\n  "epochs": ,\n}')
  await expect(reading).rejects.toMatchObject({ data: { code: 'InvalidArgument', file, row: 2 } })
})

it('says that there is no such file, and that a folder is none', async () => {
  const folder = await temporaryFolder()
  await expect(readJsonFile(join(folder, 'none'), schema)).rejects.toMatchObject({
    data: { code: 'NotFound' },
  })
  await expect(readJsonFile(folder, schema)).rejects.toThrow('it is a folder')
})
