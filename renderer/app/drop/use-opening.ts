import { shallowRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { ShellEvent } from '../../../main/contract/events.ts'
import type { ChosenFile } from '../../../main/contract/file-handles.ts'
import { useImport } from '../../features/datasets/import/import-store.ts'
import { useOpenModel } from '../../features/models/use-open-model.ts'
import { asErrorData } from '../../platform/engine.ts'
import { modalOpen } from '../../ui/modal-open.ts'
import { planDrop } from './plan-drop.ts'
import { useOpenLink } from './use-open-link.ts'

type Opened = Extract<ShellEvent, { kind: 'opened' }>

interface Files {
  names: string[]
  /** Opens the only file as a model, and returns what is wrong with it. */
  openModel(): Promise<ErrorData | null>
  /** The handles with which the files are imported. */
  handles(): Promise<ChosenFile[]>
}

const FILE = 'This file cannot be opened'
const LINK = 'This link cannot be opened'
const waits: ErrorData = {
  code: 'InvalidState',
  message: 'A dialog was waiting for your answer. Close it, and then open this again.',
}

/** Opens files that are dropped on the window, and files and links that are opened from outside of it. */
export function useOpening() {
  const route = useRoute()
  const router = useRouter()
  const draft = useImport()
  const { openFile, openOpened } = useOpenModel()
  const openLink = useOpenLink()
  const problem = shallowRef<{ title: string; error: ErrorData } | null>(null)

  const show = (title: string, error: ErrorData | null): void => {
    problem.value = error && { title, error }
  }

  const takeDropped = (files: File[]): Promise<void> =>
    take({
      names: files.map(({ name }) => name),
      openModel: () => openFile(files[0]!),
      handles: () => window.studio.chooseDropped(files),
    })

  async function takeOpened(event: Opened): Promise<void> {
    const title = event.what === 'files' ? FILE : LINK
    if (event.what === 'refused') return show(LINK, { code: 'Unsupported', message: event.message })
    if (modalOpen()) return show(title, waits)
    if (event.what === 'link') return show(LINK, await openLink(event.target))
    const { files } = event
    await take({
      names: files.map(({ path }) => path.split(/[\\/]/).at(-1) ?? path),
      openModel: () => openOpened(files[0]!),
      handles: () => Promise.resolve(files),
    })
  }

  async function take(files: Files): Promise<void> {
    const importing = route.name === 'import'
    const plan = planDrop(files.names, importing)
    if (plan.kind === 'refused') show(FILE, { code: 'Unsupported', message: plan.message })
    else if (plan.kind === 'model') show(FILE, await files.openModel())
    else await importData(files, importing)
  }

  async function importData(files: Files, importing: boolean): Promise<void> {
    if (draft.running) {
      const message = 'Another import is running: wait for it to finish, or cancel it on Datasets.'
      return show(FILE, { code: 'InvalidState', message })
    }
    problem.value = null
    let chosen: ChosenFile[]
    try {
      chosen = await files.handles()
    } catch (thrown) {
      return show(FILE, asErrorData(thrown))
    }
    // The files of an earlier import do not belong to this one.
    if (!importing) draft.reset()
    draft.step = 'files'
    if (!importing) await router.push('/import')
    await draft.addFiles(chosen)
  }

  return { problem, takeDropped, takeOpened }
}
