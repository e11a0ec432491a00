import { describe, expect, it } from 'vitest'
import type { ClosingEvent } from '../../../main/contract/closing.ts'
import type { WorkTask } from '../../../main/contract/workspace.ts'
import { closingWords } from './closing-words.ts'

const task = (kind: WorkTask['kind']): WorkTask => ({ kind, what: 'task', fraction: null, stopping: false })
const asked = (kinds: WorkTask['kind'][], changes: Partial<ClosingEvent> = {}): ClosingEvent => ({
  kind: 'closing',
  stage: 'asking',
  action: 'quit',
  tasks: kinds.map(task),
  tray: true,
  impatient: false,
  ...changes,
})

describe('the question before the window closes', () => {
  it('is about training if only runs are active', () => {
    expect(closingWords(asked(['run']))).toMatchObject({
      title: 'A run is training',
      background: { action: 'Keep training in the background' },
      stop: { action: 'Stop, save and quit' },
    })
    expect(closingWords(asked(['run', 'run'])).title).toBe('2 runs are training')
  })

  it('promises to save runs only, and says what is cancelled', () => {
    expect(closingWords(asked(['dataset'])).stop.text).not.toContain('checkpoint')
    const both = closingWords(asked(['run', 'benchmark']))
    expect(both.title).toBe('2 tasks are running')
    expect(both.stop.text).toMatch(/saves a checkpoint.*cancelled/)
  })

  it('says how to find the window again on a desktop without a tray', () => {
    expect(closingWords(asked(['run'])).background?.text).toContain('icon in the tray')
    expect(closingWords(asked(['run'], { tray: false })).background?.text).toContain(
      'start DLRM Studio again',
    )
  })

  it('offers no background where the engine has to end', () => {
    expect(closingWords(asked(['run'], { action: 'restart' })).background).toBeNull()
  })
})
