import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'

/**
 * The switches in Electron's executable, by the names of electron-builder, which sets them before it signs. Only macOS and
 * Windows know the integrity of the archive: on Linux the switch has no effect.
 */
export const fuses = {
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableCookieEncryption: true,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
}

const options = {
  runAsNode: FuseV1Options.RunAsNode,
  enableNodeOptionsEnvironmentVariable: FuseV1Options.EnableNodeOptionsEnvironmentVariable,
  enableNodeCliInspectArguments: FuseV1Options.EnableNodeCliInspectArguments,
  enableCookieEncryption: FuseV1Options.EnableCookieEncryption,
  enableEmbeddedAsarIntegrityValidation: FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
  onlyLoadAppFromAsar: FuseV1Options.OnlyLoadAppFromAsar,
}

/** How a switch is written into the executable. */
const ON = '1'.charCodeAt(0)

/** The switches of an executable as they are: by name, whether each is on. */
export async function readFuses(executable) {
  const wire = await getCurrentFuseWire(executable)
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, wire[option] === ON]))
}

/** The switches of an executable that are not as they must be. */
export async function wrongFuses(executable) {
  const found = await readFuses(executable)
  return Object.keys(fuses).filter((name) => found[name] !== fuses[name])
}
