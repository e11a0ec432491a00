import { ElMessage } from 'element-plus'
import { asErrorData } from '../platform/engine.ts'
import { askQuestion } from './questions.ts'
import { formatExact } from '../platform/units.ts'

/** To delete more things than this, the user must type how many they are. */
const MOST_AT_A_CLICK = 20

export interface Danger {
  title: string
  text: string
  /** The red button's text. */
  action: string
  /** How many things are lost, which is 1 if it is left out. */
  count?: number
}

/** Asks before something that cannot be undone. Returns whether the user agreed. */
export async function confirmed({ title, text, action, count = 1 }: Danger): Promise<boolean> {
  const answer = await askQuestion({
    title,
    text,
    otherwise: 'cancel',
    choices: [
      { key: 'cancel', text: 'Cancel', kind: 'plain' },
      { key: 'act', text: action, kind: 'danger' },
    ],
    ...(count > MOST_AT_A_CLICK && {
      typed: { wanted: String(count), label: `Type ${formatExact(count)} to confirm` },
    }),
  })
  return answer === 'act'
}

let leaving: Promise<boolean> | null = null

/**
 * Asks whether to save what is not saved yet. Returns whether the page may be left. `save` returns false if it failed.
 * Whoever asks while the question is on screen gets the same answer, so that no second question covers it.
 */
export function mayLeaveUnsaved(name: string, save: () => Promise<boolean>): Promise<boolean> {
  leaving ??= askAboutUnsaved(name, save).finally(() => (leaving = null))
  return leaving
}

async function askAboutUnsaved(name: string, save: () => Promise<boolean>): Promise<boolean> {
  const answer = await askQuestion({
    title: 'Save changes?',
    text: `${name} has changes that are not saved.`,
    otherwise: 'cancel',
    choices: [
      { key: 'discard', text: 'Don’t save', kind: 'danger' },
      { key: 'cancel', text: 'Cancel', kind: 'plain' },
      { key: 'save', text: 'Save', kind: 'primary' },
    ],
  })
  if (answer === 'save') return save()
  return answer === 'discard'
}

/** Runs an action of a button. If it fails, shows a message and returns false. */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action()
    return true
  } catch (thrown) {
    ElMessage({ type: 'error', message: asErrorData(thrown).message, duration: 8000, showClose: true })
    return false
  }
}
