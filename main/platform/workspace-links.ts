import { lstatSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { StudioError } from '../contract/errors.ts'
import { isPlainName } from '../contract/plain-name.ts'

/**
 * A path inside the workspace, made of plain names. Throws InvalidArgument for another name, and Unsupported if a
 * folder or file on the path is a symbolic link, because a workspace from somebody else could lead anywhere with it.
 * The workspace's own path may contain links. A path that does not exist yet is no link.
 */
export function pathInside(workspace: string, ...names: string[]): string {
  const bad = names.find((name) => !isPlainName(name))
  if (bad !== undefined) {
    throw new StudioError(
      'InvalidArgument',
      `${JSON.stringify(bad)} cannot be the name of a file or folder in the workspace.`,
    )
  }
  const path = join(workspace, ...names)
  refuseLinks(workspace, path)
  return path
}

/**
 * Throws Unsupported if the path, or a folder of it below the workspace, is a symbolic link. Paths elsewhere, such as
 * in the system's temporary folder, are not checked.
 */
export function refuseLinks(workspace: string, path: string): void {
  let part = workspace
  const names = relative(workspace, path).split(sep)
  if (names[0] === '..') return
  for (const name of names) {
    part = join(part, name)
    if (!isLink(part)) continue
    throw new StudioError(
      'Unsupported',
      `${part} is a symbolic link; links inside a workspace are not followed: replace it with the file or folder itself, or remove it.`,
      { file: part },
    )
  }
}

/** Whether there is a symbolic link at the path; false if that cannot be read, which opening the path will report. */
export function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
  } catch {
    return false
  }
}
