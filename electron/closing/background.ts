/** Work that goes on while the window is hidden: the icon in the tray with its menu, and the end. */
import { Menu, Tray, type BrowserWindow, type MenuItemConstructorOptions } from 'electron'
import { bounded } from '../../main/contract/printable.ts'
import type { WorkTask } from '../../main/contract/workspace.ts'
import type { EngineWork } from './engine-work.ts'
import { hasTray } from './has-tray.ts'
import { trayIcon } from './tray-icon.ts'

const POLL_MS = 2000
const MAX_NAMED_TASKS = 10
const MAX_LABEL_LENGTH = 80

export interface BackgroundSources {
  window: BrowserWindow
  work: Pick<EngineWork, 'tasks' | 'stop'>
  /** Asks first if something is running. */
  quit: () => void
  /** The page says what has finished, so this is only said when nobody could see the window's own end. */
  notify: (title: string, text: string) => void
}

export class Background {
  readonly #sources: BackgroundSources
  #tray: Tray | null = null
  #polling: NodeJS.Timeout | null = null

  constructor(sources: BackgroundSources) {
    this.#sources = sources
    sources.window.on('show', () => this.#leave())
  }

  /** Hides the window. Its page goes on and reports on the desktop what finishes. */
  async enter(): Promise<void> {
    const { window } = this.#sources
    const tray = await hasTray()
    if (tray) {
      this.#tray = new Tray(trayIcon())
      this.#tray.on('click', () => window.show())
    }
    window.hide()
    this.#polling = setInterval(() => void this.#look(), POLL_MS)
    await this.#look()
  }

  #leave(): void {
    if (this.#polling) clearInterval(this.#polling)
    this.#polling = null
    this.#tray?.destroy()
    this.#tray = null
  }

  /** Without a tray nothing would show that the app still runs, so it ends with its work. */
  async #look(): Promise<void> {
    const tasks = await this.#sources.work.tasks()
    if (this.#polling === null || tasks === null) return
    if (this.#tray) this.#show(this.#tray, tasks)
    else if (tasks.length === 0) {
      this.#sources.notify(
        'DLRM Studio has finished',
        'Nothing runs any more, and everything is saved. Start it again to see the results.',
      )
      this.#sources.quit()
    }
  }

  #show(tray: Tray, tasks: readonly WorkTask[]): void {
    const { window, work, quit } = this.#sources
    tray.setToolTip(
      tasks.length === 0 ? 'DLRM Studio: nothing is running' : `DLRM Studio: ${labels(tasks)[0]}`,
    )
    const open = { label: 'Open Window', click: () => window.show() }
    const stop = { label: 'Stop and Save', enabled: tasks.length > 0, click: () => void work.stop() }
    tray.setContextMenu(
      Menu.buildFromTemplate([
        ...taskItems(tasks),
        { type: 'separator' },
        open,
        stop,
        { type: 'separator' },
        { label: 'Quit DLRM Studio', click: quit },
      ]),
    )
  }
}

/** What runs, each as a line of a menu. */
export function labels(tasks: readonly WorkTask[]): string[] {
  return tasks.map(({ what, fraction, stopping }) => {
    const sentence = bounded(`${what.charAt(0).toUpperCase()}${what.slice(1)}`, MAX_LABEL_LENGTH)
    if (stopping) return `${sentence}: stopping`
    return fraction === null ? sentence : `${sentence}: ${Math.floor(fraction * 100)} %`
  })
}

function taskItems(tasks: readonly WorkTask[]): MenuItemConstructorOptions[] {
  const named = labels(tasks.slice(0, MAX_NAMED_TASKS))
  const more = tasks.length - named.length
  const lines = [...named, ...(more > 0 ? [`and ${more} more`] : [])]
  // An ampersand would mark the key of a menu's item.
  const texts = lines.length > 0 ? lines.map((line) => line.replaceAll('&', '&&')) : ['Nothing is running']
  return texts.map((label) => ({ label, enabled: false }))
}
