import { StudioError } from '../contract/errors.ts'
import type { FileReference, GrantedFile } from '../contract/file-handles.ts'

/** The files that one request may access, as the shell granted them. */
export class GrantedFiles {
  readonly #granted: ReadonlyMap<string, GrantedFile>

  constructor(granted: readonly GrantedFile[]) {
    this.#granted = new Map(granted.map((file) => [file.handle, file]))
  }

  /** The path for a field's handle. Throws InvalidRequest if it was not granted for this purpose. */
  path({ handle, purpose }: FileReference): string {
    const file = this.#granted.get(handle)
    if (file?.purpose === purpose) return file.path
    throw new StudioError(
      'InvalidRequest',
      'This file was not chosen for this purpose, or the choice has expired: choose it again.',
    )
  }

  paths(references: readonly FileReference[]): string[] {
    return references.map((reference) => this.path(reference))
  }
}
