import { StudioError } from '../contract/errors.ts'
import type { FileReference, GrantedFile } from '../contract/file-handles.ts'
import { requireSamePlace } from '../platform/resolved-path.ts'

/** The files that one request may access, as the shell granted them. */
export class GrantedFiles {
  readonly #granted: ReadonlyMap<string, GrantedFile>

  constructor(granted: readonly GrantedFile[]) {
    this.#granted = new Map(granted.map((file) => [file.handle, file]))
  }

  /**
   * The path for a field's handle. Throws InvalidRequest if it was not granted for this purpose, and InvalidState if a
   * symbolic link leads it elsewhere since it was chosen.
   */
  path({ handle, purpose }: FileReference): string {
    const file = this.#granted.get(handle)
    if (file?.purpose !== purpose)
      throw new StudioError(
        'InvalidRequest',
        'This file was not chosen for this purpose, or the choice has expired: choose it again.',
      )
    const { path } = file
    requireSamePlace(path, path)
    return path
  }

  paths(references: readonly FileReference[]): string[] {
    return references.map((reference) => this.path(reference))
  }
}
