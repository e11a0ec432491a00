/**
 * electron-updater with descriptions that are signed by the makers of the app: it asks the server, honours the staging,
 * downloads, compares checksums, and installs where the system has an installer.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CustomPublishOptions, DownloadOptions } from 'builder-util-runtime'
import {
  BaseUpdater,
  CancellationToken,
  MacUpdater,
  NsisUpdater,
  Provider,
  type AppUpdater,
  type ResolvedUpdateFileInfo,
  type UpdateInfo,
} from 'electron-updater'
import type { DownloadExecutorResult, DownloadUpdateOptions } from 'electron-updater/out/AppUpdater'
import type { ProviderRuntimeOptions } from 'electron-updater/out/providers/Provider'
import { StudioError } from '../../main/contract/errors.ts'
import type { Installation } from './installation.ts'
import { MAX_RELEASE_LENGTH, readRelease, releaseName, type Feed, type Release } from './release.ts'

export interface DownloaderOptions {
  feed: Feed
  installation: Installation
  /** The folder for the updater's own settings. */
  folder: string
  log: (line: string) => void
}

interface SignedInfo extends UpdateInfo {
  signed: Release
}

export class Downloader {
  readonly #updater: AppUpdater
  readonly #installation: Installation
  #cancellation: CancellationToken | null = null

  constructor({ feed, installation, folder, log }: DownloaderOptions) {
    this.#installation = installation
    this.#updater = updaterFor(installation)
    const updater = this.#updater
    updater.logger = { info: log, warn: log, error: log }
    updater.autoDownload = false
    updater.autoInstallOnAppQuit = false
    updater.autoRunAppAfterInstall = true
    updater.allowDowngrade = false
    updater.disableWebInstaller = true
    updater.disableDifferentialDownload = true
    updater.updateConfigPath = writeConfig(folder, feed)
    updater.setFeedURL({
      provider: 'custom',
      updateProvider: SignedProvider,
      feed,
    } satisfies CustomPublishOptions)
    // Errors reach whoever called; without a listener the event would end the process.
    updater.on('error', () => undefined)
  }

  /** The release that is newer than this version and offered to this installation, or null. */
  async check(): Promise<Release | null> {
    const found = await this.#updater.checkForUpdates()
    return found?.isUpdateAvailable ? (found.updateInfo as SignedInfo).signed : null
  }

  /** After `check`. Downloads, checks and prepares. Throws Cancelled after `cancel`. */
  async download(
    onFraction: (fraction: number) => void,
    onDownloaded: () => void,
    version: string,
  ): Promise<void> {
    const cancellation = new CancellationToken()
    this.#cancellation = cancellation
    const report = ({ percent }: { percent: number }): void => onFraction(percent / 100)
    this.#updater.on('download-progress', report)
    try {
      const [file] = await this.#updater.downloadUpdate(cancellation)
      if (file === undefined) throw new StudioError('Io', 'The update was not downloaded.')
      onDownloaded()
      await this.#installation.prepare(file, version)
    } catch (error) {
      if (cancellation.cancelled) throw new StudioError('Cancelled', 'The download was cancelled.')
      throw error
    } finally {
      this.#updater.off('download-progress', report)
      this.#cancellation = null
    }
  }

  cancel(): void {
    this.#cancellation?.cancel()
  }

  /** Called when everything else has ended. Returns the program to start, or null if the system's installer starts it. */
  install(): string | null {
    if (this.#updater instanceof PreparedUpdater) return this.#installation.commit()
    this.#updater.quitAndInstall(true, true)
    return null
  }
}

/** electron-updater reads it as YAML, of which JSON is a part. */
function writeConfig(folder: string, { windowsPublishers }: Feed): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'updater.json')
  const publisherName = windowsPublishers && { publisherName: windowsPublishers }
  writeFileSync(file, JSON.stringify({ updaterCacheDirName: 'dlrm-studio-updater', ...publisherName }))
  return file
}

function updaterFor({ extension }: Installation): AppUpdater {
  if (extension === 'exe') return new NsisUpdater()
  return extension === 'zip' ? new MacUpdater() : new PreparedUpdater(extension)
}

/** The description of the newest release and its files. It sends nothing that would tell one installation from another. */
class SignedProvider extends Provider<SignedInfo> {
  readonly #feed: Feed
  readonly #base: URL

  constructor({ feed }: CustomPublishOptions, _updater: unknown, runtimeOptions: ProviderRuntimeOptions) {
    super(runtimeOptions)
    this.#feed = feed as Feed
    this.#base = new URL(this.#feed.url.replace(/\/*$/, '/'))
  }

  override setRequestHeaders(): void {
    super.setRequestHeaders({})
  }

  async getLatestVersion(): Promise<SignedInfo> {
    const name = releaseName(this.#feed, process.platform, process.arch)
    const [text, signature] = await Promise.all([this.#text(name), this.#text(`${name}.sig`)])
    const signed = readRelease(text, signature, this.#feed, process)
    const { version, date, notes, stagingPercentage } = signed
    const [first] = signed.files
    return {
      version,
      releaseDate: date,
      releaseNotes: notes,
      files: signed.files.map(({ name: url, sha512, bytes }) => ({ url, sha512, size: bytes })),
      path: first?.name ?? '',
      sha512: first?.sha512 ?? '',
      ...(stagingPercentage !== undefined && { stagingPercentage }),
      signed,
    }
  }

  resolveFiles({ files }: SignedInfo): ResolvedUpdateFileInfo[] {
    return files.map((info) => ({ info, url: new URL(info.url, this.#base) }))
  }

  async #text(name: string): Promise<string> {
    const text = await this.httpRequest(new URL(name, this.#base), { accept: 'application/json' })
    if (text === null || text.length > MAX_RELEASE_LENGTH)
      throw new StudioError('Corrupt', `The update server has no usable ${name}.`)
    return text
  }

  download(url: URL, file: string, options: DownloadOptions): Promise<string> {
    return this.executor.download(url, file, options)
  }
}

/** For Linux, where the installation prepares itself. */
class PreparedUpdater extends BaseUpdater {
  readonly #extension: string

  constructor(extension: string) {
    super()
    this.#extension = extension
  }

  override isUpdaterActive(): boolean {
    return true
  }

  protected override doDownloadUpdate(options: DownloadUpdateOptions): Promise<DownloadExecutorResult> {
    const { info, provider } = options.updateInfoAndProvider
    if (!(provider instanceof SignedProvider)) throw new Error('The provider was replaced.')
    const fileInfo = provider
      .resolveFiles(info as SignedInfo)
      .find(({ info: { url } }) => url.endsWith(`.${this.#extension}`))
    if (!fileInfo)
      throw new StudioError(
        'NotFound',
        `The release ${info.version} has no ${this.#extension} for this copy.`,
      )
    return this.executeDownload({
      fileExtension: this.#extension,
      fileInfo,
      downloadUpdateOptions: options,
      task: (file, downloadOptions) => provider.download(fileInfo.url, file, downloadOptions),
    })
  }

  protected doInstall(): boolean {
    return false
  }
}
