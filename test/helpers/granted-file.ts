import { randomBytes } from 'node:crypto'
import type { FilePurpose, GrantedFile } from '../../main/contract/file-handles.ts'

/** What the shell tells the engine of a file that a person chose. */
export function grantedFile(path: string, purpose: FilePurpose): GrantedFile {
  return { handle: `file-${randomBytes(32).toString('base64url')}`, purpose, path }
}
