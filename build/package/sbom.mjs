import { readFileSync } from 'node:fs'
import { fromRoot } from '../setup/paths.mjs'

/** Names of a scope are percent-encoded in a package URL. */
const purlOf = ({ kind, name, version }) => `pkg:${kind}/${name.replace('@', '%40')}@${version}`

/** A CycloneDX 1.6 bill of materials: the app, and everything of other authors that a package contains. */
export function billOfMaterials(identity, components) {
  const hashes = new Map([...npmHashes(), ...crateHashes()])
  const app = { kind: 'generic', name: identity.name, version: identity.version, license: identity.license }
  const entries = components.map((component) => entryOf(component, hashes.get(purlOf(component))))
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'npm run dist', version: identity.version }] },
      component: { ...entryOf(app), type: 'application', description: identity.description },
    },
    components: entries,
    dependencies: [{ ref: purlOf(app), dependsOn: entries.map((entry) => entry['bom-ref']) }],
  }
}

function entryOf(component, hash) {
  const purl = purlOf(component)
  const { name, version, license } = component
  return {
    type: component.kind === 'generic' ? 'framework' : 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    licenses: license === 'NOASSERTION' ? [] : [{ expression: license }],
    ...(hash && { hashes: [hash] }),
  }
}

/** The hashes of npm's tarballs, which the lock file has. */
function* npmHashes() {
  const { packages } = JSON.parse(readFileSync(fromRoot('package-lock.json'), 'utf8'))
  for (const [path, { name: alias, version, integrity }] of Object.entries(packages)) {
    if (!integrity?.startsWith('sha512-')) continue
    const name = alias ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const content = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex')
    yield [purlOf({ kind: 'npm', name, version }), { alg: 'SHA-512', content }]
  }
}

/** The hashes of the crates, which Cargo's lock file has. */
function* crateHashes() {
  const lock = readFileSync(fromRoot('native', 'Cargo.lock'), 'utf8')
  for (const block of lock.split('[[package]]')) {
    const field = (key) => new RegExp(`^${key} = "(.+)"$`, 'm').exec(block)?.[1]
    const content = field('checksum')
    if (!content) continue
    yield [
      purlOf({ kind: 'cargo', name: field('name'), version: field('version') }),
      { alg: 'SHA-256', content },
    ]
  }
}
