import { describe, expect, it } from 'vitest'
import { grantedFile } from '../../test/helpers/granted-file.ts'
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

  it('are none where nothing was granted', () => {
    const { handle } = grantedFile('/a', 'importData')
    expect(() => new GrantedFiles([]).path({ handle, purpose: 'importData' })).toThrow('choose it again')
  })
})
