/** Names that become a part of a path: what the workspace's database and files hold is checked by this when it is read. */

const LONGEST = 200

/**
 * Whether a name stands for one entry of a folder on every system, and for no other place: no separators, no `.` or
 * `..`, nothing hidden, no control characters, no stream of another file (`name:stream`).
 */
export function isPlainName(name: unknown): name is string {
  if (typeof name !== 'string' || name === '' || name.length > LONGEST) return false
  return !/^[.]|[. ]$|[/\\:\u0000-\u001f\u007f-\u009f]/.test(name)
}

/** Whether a relative path with forward slashes stays below the folder it is relative to. */
export function isPlainPath(path: unknown): path is string {
  return typeof path === 'string' && path.length <= 4096 && path.split('/').every(isPlainName)
}
