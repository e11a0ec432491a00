import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { lastLines, runCommand } from './commands.mjs'
import { STAND_IN_VERSION } from './electron-stand-in.mjs'
import { fromRoot, runtimeFolder } from './paths.mjs'
import { say, SetupError } from './say.mjs'

/** The ChromeDriver of the stand-in's Chromium, which a Python package contains. */
const STAND_IN_WHEEL = {
  requirement: 'chromedriver-py==131.0.6778.264',
  fileName: 'chromedriver_py-131.0.6778.264-py3-none-any.whl',
  sha256: 'df929dde72c5ab457547245e0a05804e42acb95b88a476b73eb8325d9cfbab9c',
  entry: 'chromedriver_py/chromedriver_linux64',
}
const MAX_BYTES = 256 * 1024 * 1024

/**
 * The ChromeDriver for this Electron, which is downloaded once: of the stand-in from the Python package index, and
 * otherwise from where Electron itself comes from. Electron's own package with the digests of its files vouches for the
 * latter.
 */
export async function ensureChromeDriver({ version, standIn }) {
  const program = join(runtimeFolder, 'chromedriver', version, programName())
  if (existsSync(program)) return program
  say(`Downloading the ChromeDriver for Electron ${version} (once)`)
  const folder = join(runtimeFolder, `chromedriver-${process.pid}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  try {
    const { archive, entry } = standIn ? await wheel(folder) : await ofElectron(version)
    // Only Node 24 reads TypeScript, and this file is also imported before it is found.
    const { readZipEntries } = await import('../../main/datasets/samples/zip.ts')
    const content = (await readZipEntries(readFileSync(archive), [entry], basename(archive), MAX_BYTES)).get(
      entry,
    )
    if (!content) throw new SetupError(`${archive} does not contain ${entry}.`)
    const unpacked = join(folder, 'unpacked')
    mkdirSync(unpacked)
    writeFileSync(join(unpacked, programName()), content)
    chmodSync(join(unpacked, programName()), 0o755)
    mkdirSync(join(runtimeFolder, 'chromedriver'), { recursive: true })
    renameSync(unpacked, join(runtimeFolder, 'chromedriver', version))
    return program
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const programName = () => (process.platform === 'win32' ? 'chromedriver.exe' : 'chromedriver')

async function wheel(folder) {
  const { requirement, fileName, sha256, entry } = STAND_IN_WHEEL
  const { findPip, lastReason } = await import('../../main/datasets/samples/pip.ts')
  const pip = await findPip(new AbortController().signal)
  if (!pip)
    throw new SetupError(
      `The ChromeDriver for the stand-in Electron ${STAND_IN_VERSION} is downloaded with pip, which was not found: ` +
        'install it (Debian: apt-get install python3-pip).',
    )
  const requirements = join(folder, 'requirements.txt')
  writeFileSync(requirements, `${requirement} --hash=sha256:${sha256}\n`)
  const [program, ...args] = pip
  const options = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--no-input', '-r', requirements]
  const { code, output } = await runCommand(program, [...args, 'download', ...options, '-d', folder], {
    quiet: true,
  })
  if (code !== 0) throw new SetupError(`pip could not download ${requirement}: ${lastReason(output)}`)
  const archive = join(folder, fileName)
  const found = createHash('sha256').update(readFileSync(archive)).digest('hex')
  if (found !== sha256) throw new SetupError(`${fileName} is not the expected file. It is not used.`)
  return { archive, entry }
}

async function ofElectron(version) {
  const { downloadArtifact } = await import('@electron/get')
  const checksums = JSON.parse(readFileSync(fromRoot('node_modules', 'electron', 'checksums.json'), 'utf8'))
  try {
    const archive = await downloadArtifact({ version, artifactName: 'chromedriver', checksums })
    return { archive, entry: programName() }
  } catch (error) {
    throw new SetupError(
      `The ChromeDriver for Electron ${version} could not be downloaded:\n\n${lastLines(String(error), 5)}`,
    )
  }
}
