import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hasCommand, lastLines, runCommand } from './setup/commands.mjs'
import { fingerprint, isFresh, recordFresh } from './setup/freshness.mjs'
import { fromRoot } from './setup/paths.mjs'
import { runScript, say, SetupError } from './setup/say.mjs'

const bindingPath = fromRoot('native', 'tfjs-binding.node')
const packageFolder = fromRoot('node_modules', '@tensorflow', 'tfjs-node-gpu')

/**
 * Compiles tfjs-node's own binding against a runtime's headers. It is linked with nothing: whoever loads it opens
 * TensorFlow's libraries first, wherever they are.
 */
export async function buildTensorFlowBinding(runtimeFolder) {
  const headers = join(runtimeFolder, 'include')
  const print = `${fingerprint(['binding', 'package.json'], { folder: packageFolder })} ${contentsOf(join(headers, 'tensorflow', 'c'))}`
  if (isFresh('tensorflow-binding', print, [bindingPath])) return
  const compiler = process.platform === 'darwin' ? 'clang++' : 'g++'
  if (!hasCommand(compiler))
    throw new SetupError(
      `tfjs's binding to TensorFlow has to be compiled and \`${compiler}\` is not on the PATH.\n` +
        'Install it (Debian: apt-get install g++) and try again.',
    )
  say("Compiling tfjs's binding to TensorFlow")
  removeLeftovers()
  const temporary = join(dirname(bindingPath), `tfjs-binding.${process.pid}.tmp.node`)
  const undefinedSymbols = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []
  const { code, output } = await runCommand(
    compiler,
    [
      ...['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-w', ...undefinedSymbols],
      ...['-I', fromRoot('node_modules', 'node-api-headers', 'include'), '-I', packageFolder, '-I', headers],
      join(packageFolder, 'binding', 'tfjs_backend.cc'),
      join(packageFolder, 'binding', 'tfjs_binding.cc'),
      ...['-o', temporary],
    ],
    { quiet: true },
  )
  if (code !== 0) throw new SetupError(`tfjs's binding could not be compiled:\n\n${lastLines(output, 30)}`)
  renameSync(temporary, bindingPath)
  recordFresh('tensorflow-binding', print)
}

/** Removes what interrupted compilations left. Files of living processes stay. */
function removeLeftovers() {
  const folder = dirname(bindingPath)
  for (const name of readdirSync(folder)) {
    const pid = /^tfjs-binding\.(\d+)\.tmp\.node$/.exec(name)?.[1]
    if (pid && !isAlive(Number(pid))) rmSync(join(folder, name), { force: true })
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** One hash of the headers in a folder. Every installation of the same TensorFlow has the same hash. */
function contentsOf(folder) {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.h')) hash.update(readFileSync(join(folder, name)))
  }
  return hash.digest('hex')
}

const script = fileURLToPath(import.meta.url)
if (process.argv[1] === script) await runScript(() => buildTensorFlowBinding(process.argv[2]))
