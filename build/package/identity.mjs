import { readFileSync } from 'node:fs'
import { LINK_SCHEME } from '../../main/contract/links.ts'
import { fromRoot } from '../setup/paths.mjs'

const { version, description, license } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'))

/** The scheme of the links, and the files by their ending, that the system asks DLRM Studio to open. */
export const SCHEME = LINK_SCHEME
export const MODEL_DOCUMENT = {
  ending: 'dlrm.json',
  mime: 'application/vnd.dlrm-studio.model+json',
  title: 'DLRM Studio model',
}

/**
 * The names of what is packaged. A package with the stand-in Electron says in its name, title, version and file names that
 * it is a development build, and can be installed beside a release.
 */
export function identityOf({ standIn }) {
  const name = standIn ? 'dlrm-studio-dev' : 'dlrm-studio'
  return {
    name,
    commandLine: `${name}-cli`,
    title: standIn ? 'DLRM Studio (development build)' : 'DLRM Studio',
    appId: standIn ? 'org.dlrm-studio.dev' : 'org.dlrm-studio',
    version: standIn ? `${version}-dev` : version,
    /** As Debian and RPM order versions: before the release that it leads to. */
    systemVersion: standIn ? `${version}~dev` : version,
    description,
    license,
    developmentBuild: standIn,
  }
}
