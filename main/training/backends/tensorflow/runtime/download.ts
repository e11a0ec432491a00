/** Downloads a pinned wheel with this machine's pip, which has the machine's mirrors and proxies configured. */
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError } from '../../../../contract/errors.ts'
import { findPip, lastReason, run } from '../../../../datasets/samples/pip.ts'
import type { InstallOptions } from './install-options.ts'
import type { PinnedWheel } from './pinned.ts'

const TIMEOUT_MS = 60 * 60_000
const POLL_INTERVAL_MS = 500

/** The path of the downloaded wheel in `folder`. Throws NotFound without pip, and Io if the download failed. */
export async function downloadWheel(
  wheel: PinnedWheel,
  folder: string,
  { signal, report }: Pick<InstallOptions, 'signal' | 'report'>,
): Promise<string> {
  const remedy = `or download ${wheel.fileName} elsewhere and choose it (--wheel)`
  const pip = await findPip(signal)
  signal.throwIfAborted()
  if (!pip) {
    throw new StudioError(
      'NotFound',
      `The download needs Python with pip, which was not found: install it (Debian: apt-get install python3-pip), ${remedy}.`,
    )
  }
  const scratch = join(folder, 'pip')
  await mkdir(scratch, { recursive: true })
  const requirements = join(folder, 'requirements.txt')
  await writeFile(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`)
  const { pythonVersion, abi, platform } = wheel.tags
  const command = [
    ...pip,
    'download',
    ...['--no-deps', '--only-binary=:all:', '--require-hashes', '--no-input', '--no-cache-dir'],
    ...['--retries=2', '--disable-pip-version-check', '--progress-bar=off'],
    ...['--implementation', 'cp', '--python-version', pythonVersion, '--abi', abi, '--platform', platform],
    ...['-r', requirements, '-d', folder],
  ]
  let largest = 0
  const reportGrowth = (): void => {
    void bytesBelow(scratch).then((found) => {
      // pip moves the file away at the end.
      const bytes = (largest = Math.max(largest, found))
      const megabytes = Math.round(wheel.bytes / 1e6)
      report(`Downloading ${wheel.requirement} (${megabytes} MB)`, Math.min(bytes / wheel.bytes, 1))
    })
  }
  reportGrowth()
  const timer = setInterval(reportGrowth, POLL_INTERVAL_MS)
  // pip writes to its temporary folder first. There the size of the download can be measured, and the folder is removed
  // with the rest.
  const { code, output } = await run(command, TIMEOUT_MS, signal, { TMPDIR: scratch }).finally(() =>
    clearInterval(timer),
  )
  signal.throwIfAborted()
  if (code === 0) return join(folder, wheel.fileName)
  throw new StudioError(
    'Io',
    `pip could not download ${wheel.requirement}: ${lastReason(output)} Check the network connection and try again, ${remedy}.`,
  )
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
