import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { grantedFile } from '../../test/helpers/granted-file.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { filePurpose } from '../contract/file-handles.ts'
import { GrantedFiles } from './granted-files.ts'

describe('the files of a request', () => {
  it('are those that were granted, each for its own purpose and for no other', () => {
    for (const purpose of filePurpose.options) {
      const grant = grantedFile('/a', purpose)
      const files = new GrantedFiles([grant])
      for (const wanted of filePurpose.options) {
        const path = () => files.path({ handle: grant.handle, purpose: wanted })
        if (wanted === purpose) expect(path()).toBe('/a')
        else expect(path).toThrow('choose it again')
      }
    }
  })

  it('are not what a symbolic link leads to that has replaced the file or its folder since', async () => {
    const folder = await temporaryFolder()
    const [data, secrets] = [join(folder, 'data'), join(folder, 'secrets')]
    for (const each of [data, secrets]) {
      mkdirSync(each)
      writeFileSync(join(each, 'a.csv'), '')
    }
    const pathOf = (name: string) => {
      const grant = grantedFile(join(data, name), 'importData')
      return () => new GrantedFiles([grant]).path({ handle: grant.handle, purpose: 'importData' })
    }
    expect(pathOf('a.csv')()).toBe(join(data, 'a.csv'))
    expect(pathOf('new.csv')()).toBe(join(data, 'new.csv'))
    symlinkSync(join(secrets, 'a.csv'), join(data, 'new.csv'))
    expect(pathOf('new.csv')).toThrow('has become a symbolic link')
    rmSync(data, { recursive: true })
    symlinkSync(secrets, data)
    expect(pathOf('a.csv')).toThrow('has become a symbolic link')
  })

  it('are none where nothing was granted', () => {
    const { handle } = grantedFile('/a', 'importData')
    expect(() => new GrantedFiles([]).path({ handle, purpose: 'importData' })).toThrow('choose it again')
  })
})
