import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromRoot } from '../setup/paths.mjs'

const RULE = '='.repeat(100)
const IS_LICENCE = /^(licen[cs]e|copying|notice|unlicense)([-_. ].*)?$/i

/** The texts of the licences that a component brings along. */
function textsIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && IS_LICENCE.test(entry.name))
    .map(({ name }) => readFileSync(join(folder, name), 'utf8').trim())
}

/** Components without a licence text of their own, which packages have left out. */
export const withoutText = (components) =>
  components.filter(({ folder }) => folder !== null && textsIn(folder).length === 0)

/**
 * The licence texts of everything shipped, as one text. Texts that several components share are printed once, below the
 * names of all of them.
 */
export function licenceTexts(components) {
  const holders = new Map()
  for (const component of components) {
    const { name, version, license, folder } = component
    const title = `${name} ${version} (${license})`
    const texts = folder === null ? [] : textsIn(folder)
    for (const text of texts.length > 0 ? texts : [standardText(component)])
      holders.set(text, [...(holders.get(text) ?? []), title])
  }
  const own = readFileSync(fromRoot('LICENSE'), 'utf8').trim()
  const sections = [...holders].map(([text, titles]) => `${titles.join('\n')}\n\n${text}`)
  const head = `DLRM Studio is licensed under the Apache License 2.0. It contains the work of others, whose licences follow.`
  return [head, own, ...sections].join(`\n\n${RULE}\n\n`) + '\n'
}

/** What is said of a component that has no licence file. */
function standardText({ kind, name, license }) {
  if (name === 'electron')
    return 'The licence of Electron is in LICENSE.electron.txt, those of Chromium and what it contains are in LICENSES.chromium.html.'
  if (name === 'node') return nodeLicence()
  if (name === 'sqlite') return 'SQLite is in the public domain. May you do good and not evil.'
  const home = kind === 'cargo' ? `https://crates.io/crates/${name}` : `https://www.npmjs.com/package/${name}`
  const place = name === 'rust-std' ? 'https://www.rust-lang.org/policies/licenses' : home
  return `Licensed under ${license}, with no text of its own; see ${place}.\n\n${textOf(license)}`.trim()
}

function nodeLicence() {
  const packages = readdirSync(fromRoot('node_modules')).filter((name) => /^node-(linux|win)-/.test(name))
  const found = packages.map((name) => fromRoot('node_modules', name)).flatMap(textsIn)
  return found[0] ?? 'The licence of Node.js is at https://github.com/nodejs/node/blob/main/LICENSE.'
}

/** The text of a licence that components without one have: MIT wherever it may be chosen, otherwise the Apache License. */
function textOf(expression) {
  if (/\bMIT\b/.test(expression)) return MIT
  if (/Apache-2\.0/.test(expression)) return readFileSync(fromRoot('LICENSE'), 'utf8').trim()
  return ''
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`
