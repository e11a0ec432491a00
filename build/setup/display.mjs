/** Whether a window could be seen: always on macOS and Windows, and on Linux if a display server is named. */
export function hasDisplay({ env = process.env, platform = process.platform } = {}) {
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
}
