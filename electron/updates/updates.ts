/** The state of the app's update: looks, downloads and installs only when the person agrees, never while something runs. */
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { toErrorData } from '../../main/contract/errors.ts'
import { bounded } from '../../main/contract/printable.ts'
import type { UpdateAction, UpdateState, UpdateStatus } from '../../main/contract/updates.ts'
import { replaceFileSync } from '../../main/platform/durable-file.ts'
import { readRegularFileSync } from '../../main/platform/regular-file.ts'
import type { Downloader } from './downloader.ts'
import type { Installation } from './installation.ts'
import type { Feed, Release } from './release.ts'

/** How often it is looked whether what was running has ended. */
const WAITING_MS = 3000
const MAX_MESSAGE_LENGTH = 500

export interface UpdateSources {
  version: string
  /** Where updates come from, or null in a build without any. */
  feed: Feed | null
  /** Or why this copy does not update itself. */
  installation: Installation | string
  /** The folder for the choice whether each start looks, and for the updater's own settings. */
  folder: string
  /** Whether something runs that a new start would cut short. */
  isBusy: () => Promise<boolean>
  emit: (status: UpdateStatus) => void
  log: (line: string) => void
  /** Ends everything, then installs and starts the new version. */
  quitAndInstall: (install: () => string | null) => void
}

const choice = z.object({ checkAtStart: z.boolean() })

export class Updates {
  readonly #sources: UpdateSources
  readonly #choiceFile: string
  #state: UpdateState
  #automatic: boolean
  #downloader: Downloader | null = null
  #found: Release | null = null

  constructor(sources: UpdateSources) {
    this.#sources = sources
    this.#choiceFile = join(sources.folder, 'choice.json')
    this.#automatic = readChoice(this.#choiceFile)
    const reason = reasonAgainst(sources)
    this.#state = reason === null ? { state: 'idle', checkedAt: null } : { state: 'unavailable', reason }
  }

  get status(): UpdateStatus {
    return { version: this.#sources.version, automatic: this.#automatic, update: this.#state }
  }

  /** Looks if the person wants that at each start. */
  start(): void {
    if (this.#automatic) void this.#check()
  }

  /** What the page asks for. An action that does not fit the state does nothing. */
  act(action: UpdateAction): UpdateStatus {
    const { state } = this.#state
    if (action === 'checkAtStart' || action === 'neverCheckAtStart') this.#choose(action === 'checkAtStart')
    if (action === 'check' && ['idle', 'failed', 'available'].includes(state)) void this.#check()
    if (action === 'download' && state === 'available') void this.#download()
    if (action === 'cancel' && state === 'downloading') this.#downloader?.cancel()
    if (action === 'install' && state === 'ready') void this.#install()
    return this.status
  }

  #choose(automatic: boolean): void {
    this.#automatic = automatic
    try {
      mkdirSync(dirname(this.#choiceFile), { recursive: true })
      replaceFileSync(this.#choiceFile, JSON.stringify({ checkAtStart: automatic }))
    } catch (error) {
      this.#sources.log(`The choice about updates could not be stored: ${toErrorData(error).message}`)
    }
    this.#emit()
  }

  async #check(): Promise<void> {
    this.#change({ state: 'checking' })
    await this.#attempt('The server could not be asked for updates', async () => {
      this.#downloader ??= await this.#createDownloader()
      this.#found = await this.#downloader.check()
      this.#change(
        this.#found ? offered(this.#found) : { state: 'idle', checkedAt: new Date().toISOString() },
      )
    })
  }

  async #download(): Promise<void> {
    const found = this.#found
    const downloader = this.#downloader
    if (!found || !downloader) return
    const { version, notes } = found
    const onFraction = (fraction: number): void =>
      this.#change({ state: 'downloading', version, notes, fraction })
    onFraction(0)
    await this.#attempt('The update was not installed', async () => {
      await downloader.download(
        onFraction,
        () => this.#change({ state: 'preparing', version, notes }),
        version,
      )
      await this.#offerInstallation()
    })
  }

  /** Offered again as soon as nothing runs. */
  async #offerInstallation(): Promise<void> {
    const found = this.#found
    if (!found) return
    const waiting = await this.#sources.isBusy()
    const { version, notes } = found
    const before = this.#state
    if (before.state !== 'ready' || before.waiting !== waiting) {
      this.#change({ state: 'ready', version, notes, waiting })
    }
    setTimeout(() => {
      if (this.#state.state === 'ready') void this.#offerInstallation()
    }, WAITING_MS).unref()
  }

  async #install(): Promise<void> {
    const downloader = this.#downloader
    if (!downloader || (await this.#sources.isBusy())) return this.#offerInstallation()
    this.#sources.quitAndInstall(() => downloader.install())
  }

  async #createDownloader(): Promise<Downloader> {
    const { feed, installation, folder, log } = this.#sources
    if (!feed || typeof installation === 'string') throw new Error('There are no updates.')
    // It is large, and most starts do not need it.
    const { Downloader } = await import('./downloader.ts')
    return new Downloader({ feed, installation, folder, log })
  }

  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      const { code, message } = toErrorData(error)
      this.#sources.log(`${what}: ${message}`)
      if (code === 'Cancelled' && this.#found) return this.#change(offered(this.#found))
      this.#change({
        state: 'failed',
        message: `${what}: ${bounded(firstLine(message), MAX_MESSAGE_LENGTH)}`,
      })
    }
  }

  #change(state: UpdateState): void {
    this.#state = state
    this.#emit()
  }

  #emit(): void {
    this.#sources.emit(this.status)
  }
}

const firstLine = (message: string): string => message.split('\n')[0] ?? ''

const offered = ({ version, notes, files }: Release): UpdateState => ({
  state: 'available',
  version,
  notes,
  bytes: files[0]?.bytes ?? 0,
})

function reasonAgainst({ feed, installation }: UpdateSources): string | null {
  if (!feed)
    return 'This build has no update server: it was made for development. Get new versions from where you got this one.'
  return typeof installation === 'string' ? installation : null
}

function readChoice(file: string): boolean {
  try {
    return choice.parse(JSON.parse(readRegularFileSync(file, 1024).toString('utf8'))).checkAtStart
  } catch {
    return false
  }
}
