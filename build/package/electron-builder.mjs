import { join } from 'node:path'
import { fromRoot } from '../setup/paths.mjs'
import { fuses } from './fuses.mjs'
import { SCHEME } from './identity.mjs'

/**
 * electron-builder's configuration. `folders` has what was made before: `app` (the shell and the pages), `engine`, `icons`,
 * `notices` (licence texts and bill of materials), `electron` (the runtime), and `output`.
 */
export function configuration({ identity, folders, electronVersion }) {
  // A folder of this name is only copied where it is named itself.
  const engine = ['', '/node_modules'].map((path) => ({
    from: `${folders.engine}${path}`,
    to: `engine${path}`,
  }))
  const notices = [{ from: folders.notices, to: '.' }]
  const isMac = process.platform === 'darwin'
  return {
    appId: identity.appId,
    productName: identity.title,
    copyright: 'The authors of DLRM Studio, Apache License 2.0',
    directories: { app: folders.app, output: folders.output, buildResources: folders.icons },
    electronVersion,
    electronDist: folders.electron,
    electronFuses: fuses,
    npmRebuild: false,
    nodeGypRebuild: false,
    asar: true,
    // Chromium's own texts in the language of the app. Numbers and dates come from its ICU data, which has every language.
    electronLanguages: ['en'],
    // The shell's packages are in its bundle, and electron-builder would look for more in the checkout.
    files: ['**/*', '!node_modules/**/*'],
    extraMetadata: {
      name: identity.name,
      version: identity.version,
      desktopName: `${identity.name}.desktop`,
    },
    extraResources: [...engine, ...(isMac ? notices : [])],
    // macOS signs everything that lies outside of an app's resources as code.
    extraFiles: isMac ? [] : notices,
    artifactName: `${identity.name}-${identity.version}-\${os}-\${arch}.\${ext}`,
    protocols: [{ name: `${identity.title} link`, schemes: [SCHEME] }],
    // No file associations: Windows and macOS know the last part of an ending only, and `.json` is not this app's alone.
    linux: {
      executableName: identity.name,
      category: 'Science',
      icon: join(folders.icons, 'png'),
      target: ['AppImage'],
    },
    mac: {
      category: 'public.app-category.developer-tools',
      icon: join(folders.icons, 'icon.icns'),
      target: ['dmg', 'zip'],
      hardenedRuntime: true,
      gatekeeperAssess: false,
      entitlements: fromRoot('build', 'package', 'entitlements.mac.plist'),
      entitlementsInherit: fromRoot('build', 'package', 'entitlements.mac.plist'),
      // With these in the environment electron-builder sends what it has signed to Apple and attaches the answer.
      notarize: ['APPLE_API_KEY', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER'].every((name) => process.env[name]),
    },
    win: {
      icon: join(folders.icons, 'icon.ico'),
      executableName: identity.name,
      target: ['nsis', 'portable'],
    },
    nsis: {
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: true,
      deleteAppDataOnUninstall: false,
      artifactName: `${identity.name}-${identity.version}-setup-\${arch}.\${ext}`,
    },
    portable: { artifactName: `${identity.name}-${identity.version}-portable-\${arch}.\${ext}` },
  }
}
