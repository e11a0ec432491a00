import { listShortcuts } from '../../ui/row-keys.ts'

export const benchmarkShortcuts = {
  start: { keys: ['Ctrl+Enter'], text: 'Run the benchmark', inFields: true },
} as const
export const resultListShortcuts = listShortcuts('result')
