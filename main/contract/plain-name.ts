/**
 * Checks of names that become a part of a path. Names from the workspace's database and files are checked when they are
 * read.
 */

const MAX_LENGTH = 200

/**
 * Whether a name stands for one entry of a folder on every system, and for nothing else: no separators, no `.` or `..`,
 * nothing hidden, no control characters, and no stream of another file (`name:stream`).
 */
export function isPlainName(name: unknown): name is string {
  if (typeof name !== 'string' || name === '' || name.length > MAX_LENGTH) return false
  return !/^[.]|[. ]$|[/\\:\u0000-\u001f\u007f-\u009f]/.test(name)
}

/** Whether a relative path with forward slashes stays inside the folder to which it is relative. */
export function isPlainPath(path: unknown): path is string {
  return typeof path === 'string' && path.length <= 4096 && path.split('/').every(isPlainName)
}
