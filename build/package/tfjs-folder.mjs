import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { fromRoot } from '../setup/paths.mjs'
import { packagesOf } from './shipped-packages.mjs'

/** What the engine requires of tfjs, by the names under which it does, and what stands for it in the bundle. */
const entries = {
  '@tensorflow/tfjs/index.js': 'module.exports = bundle.tf',
  '@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js': 'bundle.registerKernels()',
  '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js': 'module.exports = bundle.backend()',
}

const source = `
  exports.tf = require('@tensorflow/tfjs')
  exports.registerKernels = () => void require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js')
  exports.backend = () => require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js')
`

/**
 * Writes tfjs into a node_modules folder as one file of 2 MB, behind the names that the engine requires: its packages have
 * 270 MB, nearly all of it for browsers. Returns the folders of the packages that are in the file.
 */
export async function bundleTensorFlow(nodeModules) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: fromRoot() },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    legalComments: 'none',
    logLevel: 'error',
  })
  const bundle = join(nodeModules, '@tensorflow', 'tfjs-bundle.cjs')
  for (const [path, content] of Object.entries(entries)) {
    const file = join(nodeModules, path)
    mkdirSync(dirname(file), { recursive: true })
    const up = path.split('/').slice(2).fill('..').join('/')
    writeFileSync(file, `const bundle = require('${up}/tfjs-bundle.cjs')\n${content}\n`)
  }
  writeFileSync(bundle, outputFiles[0].contents)
  return packagesOf(Object.keys(metafile.inputs).map((path) => fromRoot(path)))
}
