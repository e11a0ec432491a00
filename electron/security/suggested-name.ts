import type { SavePurpose } from '../../main/contract/file-handles.ts'

const MAX_LENGTH = 120

/** The endings of the files that are written for a purpose. A dialog starts with one of them, whatever the page says. */
const endings: Record<SavePurpose, readonly [string, ...string[]]> = {
  exportModel: ['json'],
  exportPicture: ['svg', 'png'],
  exportRun: ['csv', 'safetensors'],
  exportBenchmarks: ['json'],
  traceBenchmark: ['json'],
  exportPlan: ['json'],
  exportSchema: ['json'],
  exportRejected: ['csv'],
  backUpWorkspace: ['tar'],
}

/** Names that Windows takes for devices, whatever follows their first dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

/**
 * A page's suggestion as the plain name of a visible file of the purpose's kind, so that it never leads a dialog to a
 * folder, a hidden file or a program.
 */
export function suggestedFileName(suggestion: string, purpose: SavePurpose): string {
  const name = suggestion
    .replace(/[\p{Cc}\p{Cf}\p{Cs}/\\:*?"<>|]+/gu, '-')
    .replace(/^[-.\s~]+/, '')
    .replace(DEVICE, '$1-')
    .replace(/[.\s]+$/, '')
  const ending = endings[purpose].find((known) => name.toLowerCase().endsWith(`.${known}`))
  const stem = ending === undefined ? name : name.slice(0, -ending.length - 1).replace(/[.\s]+$/, '')
  return `${shortened(stem) || 'untitled'}.${ending ?? endings[purpose][0]}`
}

const shortened = (stem: string): string =>
  stem.length <= MAX_LENGTH ? stem : [...stem.slice(0, MAX_LENGTH)].slice(0, -1).join('')
