import { randomBytes } from 'node:crypto'
import type { FilePurpose, GrantedFile } from '../../main/contract/file-handles.ts'

/** The grant that the shell sends to the engine for a file that a person chose. */
export function grantedFile(path: string, purpose: FilePurpose): GrantedFile {
  return { handle: `file-${randomBytes(32).toString('base64url')}`, purpose, path }
}
