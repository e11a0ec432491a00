import { expect, it } from 'vitest'
import { billOfMaterials } from './sbom.mjs'
import { licenceTexts } from './licences.mjs'
import { shippedComponents } from './components.mjs'

it('names everything of others in the bundles and the addon, with its licence text and its hash', () => {
  const versions = { electronVersion: '45.0.0', nodeVersion: '24.0.0' }
  const components = shippedComponents({ ...versions, others: [] })
  const names = components.map(({ name }) => name)
  // One of the engine, one of the shell's and one of the window's bundles, one crate, and the runtimes.
  expect(names).toEqual(
    expect.arrayContaining(['yauzl', 'zod', 'vue', 'serde', 'electron', 'node', 'sqlite']),
  )
  // What only builds or tests the app is not shipped.
  for (const name of ['vite', 'vitest', 'typescript', 'napi-derive', 'ts-rs', 'tempfile'])
    expect(names).not.toContain(name)

  const texts = licenceTexts(components)
  for (const { name, version, license } of components) {
    expect(license).not.toBe('NOASSERTION')
    expect(texts).toContain(`${name} ${version} (${license})`)
  }

  const app = { name: 'dlrm-studio', version: '0.1.0', license: 'Apache-2.0', description: 'An app.' }
  const bill = billOfMaterials(app, components)
  expect(bill.components).toHaveLength(components.length)
  const unhashed = bill.components.filter(({ hashes }) => hashes === undefined).map(({ purl }) => purl)
  expect(unhashed.every((purl) => purl.startsWith('pkg:generic/'))).toBe(true)
})
