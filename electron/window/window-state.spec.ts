import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readWindowState, usableBounds, writeWindowState } from './window-state.ts'

const folder = mkdtempSync(join(tmpdir(), 'window-state-'))
afterAll(() => rmSync(folder, { recursive: true }))

const screen = { x: 0, y: 0, width: 1920, height: 1080 }
const state = { x: 100, y: 80, width: 1200, height: 800, maximized: false }

describe('the remembered window', () => {
  it('survives being written and read', () => {
    const file = join(folder, 'state', 'window.json')
    writeWindowState(file, state)
    expect(readWindowState(file)).toEqual(state)
  })

  it('is forgotten where the file is absent, damaged or absurd', () => {
    expect(readWindowState(join(folder, 'none.json'))).toBeNull()
    for (const content of ['{', '[]', '{"x":1e9,"y":0,"width":-5,"height":1,"maximized":false}']) {
      writeFileSync(join(folder, 'bad.json'), content)
      expect(readWindowState(join(folder, 'bad.json'))).toBeNull()
    }
  })

  it('opens where it was', () => {
    expect(usableBounds(state, [screen])).toEqual({ x: 100, y: 80, width: 1200, height: 800 })
  })

  it('opens on the first screen when its own is gone', () => {
    const away = { ...state, x: 2500 }
    expect(usableBounds(away, [screen])).toEqual({ width: 1320, height: 860 })
    expect(usableBounds({ ...state, y: -500 }, [screen])).toEqual({ width: 1320, height: 860 })
  })

  it('never is larger than the screen nor too small to use', () => {
    expect(usableBounds({ ...state, x: 0, width: 9000, height: 9000 }, [screen])).toMatchObject({
      width: 1920,
      height: 1080,
    })
    expect(usableBounds({ ...state, width: 10, height: 10, x: 0 }, [screen])).not.toMatchObject({ width: 10 })
  })
})
