import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { buildNative, declarationsFolder } from './native.mjs'
import { lastLines, runCommand } from './setup/commands.mjs'
import { onNode24 } from './setup/node24.mjs'
import { fromRoot } from './setup/paths.mjs'
import { runScript, say, SetupError } from './setup/say.mjs'

/** Crates whose tests write the declarations of their types. */
const serialised = ['error-code', 'engine', 'dataset']

const NOTICE =
  '/** Generated from the Rust sources by `npm run generate`: do not edit. Change the types and their comments there. */\n\n'

const pathOf = (crate) => fromRoot('native', 'generated', `${crate}.ts`)

/** What native/generated should have, by crate: the declarations that the last tests and the last build wrote. */
async function declarations() {
  const texts = new Map(serialised.map((crate) => [crate, sorted(readDeclarations(`${crate}.ts`))]))
  texts.set('addon', addonDeclarations(texts))
  const formatted = [...texts].map(async ([crate, text]) => {
    const filepath = pathOf(crate)
    return [crate, await format(NOTICE + text, { ...(await resolveConfig(filepath)), filepath })]
  })
  return new Map(await Promise.all(formatted))
}

/** The declarations by name: ts-rs visits what a type refers to in another order whenever a crate is compiled. */
function sorted(text) {
  const nameOf = (declaration) => /^export type (\w+)/m.exec(declaration)?.[1] ?? ''
  const declarations = text.trim().split('\n\n')
  return declarations.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)).join('\n\n')
}

function readDeclarations(name) {
  const path = `${declarationsFolder}/${name}`
  if (!existsSync(path))
    throw new SetupError(`${path} is missing: run \`npm run generate\`, which compiles the Rust tests.`)
  return readFileSync(path, 'utf8')
}

/** What napi noted while it compiled the addon, one JSON object a line, as declarations of a module. */
function addonDeclarations(texts) {
  const noted = readDeclarations('addon')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const impls = noted.filter(({ kind }) => kind === 'impl')
  const membersOf = (name) => impls.filter((impl) => impl.name === name).map(({ def }) => def)
  const declare = {
    fn: ({ def }) => `export declare ${def}`,
    struct: ({ name }) => `export declare class ${name} {\n${membersOf(name).join('\n')}\n}`,
    interface: ({ name, def }) => `export interface ${name} {\n${def}\n}`,
  }
  const text = noted
    .filter(({ kind }) => kind !== 'impl')
    .map((definition) => `${definition.js_doc}${declare[definition.kind](definition)}\n`)
    .join('\n')
  return `${importsOf(text, texts)}\n${text}`
}

/** The imports of what a text mentions, outside its comments, of the other crates' types. */
function importsOf(text, texts) {
  const code = text.replace(/\/\*\*.*?\*\//gs, '')
  return [...texts]
    .map(([crate, declared]) => {
      const names = [...declared.matchAll(/^export type (\w+)/gm)].map(([, name]) => name)
      const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(code))
      return used.length > 0 ? `import type { ${used.join(', ')} } from './${crate}.ts'\n` : ''
    })
    .join('')
}

/** Paths in native/generated that differ from what Rust declares; the Rust tests and the addon's build must have run. */
export async function outdatedTypes() {
  const current = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')
  return [...(await declarations())]
    .filter(([crate, text]) => text !== current(pathOf(crate)))
    .map(([crate]) => pathOf(crate))
}

async function generate() {
  await buildNative()
  say('Compiling the tests that write the declarations')
  const packages = serialised.flatMap((crate) => ['--package', crate])
  const args = [
    'test',
    '--release',
    '--lib',
    ...packages,
    '--manifest-path',
    fromRoot('native', 'Cargo.toml'),
  ]
  const { code, output } = await runCommand('cargo', [...args, 'declarations_are_written'], { quiet: true })
  if (code !== 0) throw new SetupError(`The declarations could not be written:\n\n${lastLines(output, 40)}`)
  mkdirSync(fromRoot('native', 'generated'), { recursive: true })
  for (const [crate, text] of await declarations()) writeFileSync(pathOf(crate), text)
}

const script = fileURLToPath(import.meta.url)
if (process.argv[1] === script && onNode24(script)) await runScript(generate)
