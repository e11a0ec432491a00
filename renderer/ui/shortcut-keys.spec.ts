// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { keySequence, pressedKey, shortcutText } from './shortcut-keys.ts'

const pressed = (key: string, more: KeyboardEventInit = {}) =>
  pressedKey(new KeyboardEvent('keydown', { key, ...more }))

describe('a pressed key', () => {
  it.each([
    ['/', {}, '/'],
    ['?', { shiftKey: true }, '?'],
    ['+', { shiftKey: true }, '+'],
    ['z', { ctrlKey: true }, 'Ctrl+Z'],
    ['Z', { metaKey: true, shiftKey: true }, 'Ctrl+Shift+Z'],
    // Caps Lock changes nothing.
    ['G', {}, 'g'],
    [' ', { shiftKey: true }, 'Shift+Space'],
    ['ArrowLeft', { altKey: true }, 'Alt+ArrowLeft'],
    ['F10', { shiftKey: true }, 'Shift+F10'],
    ['+', { ctrlKey: true }, 'Ctrl++'],
    // With AltGr, as on a German keyboard.
    ['[', { ctrlKey: true, altKey: true, modifierAltGraph: true }, '['],
  ])('%s with %o is the shortcut %s', (key, more, shortcut) => {
    expect(pressed(key, more)).toBe(keySequence(shortcut).join(' '))
  })

  it('is another one with another modifier', () => {
    expect(pressed('s')).not.toBe(keySequence('Ctrl+S')[0])
    expect(pressed('g', { shiftKey: true })).not.toBe(keySequence('g')[0])
  })
})

it('Keys are written as on the keyboard', () => {
  expect(['Ctrl+Shift+Z', 'g r', 'Alt+ArrowLeft', 'PageUp', '/', 'Ctrl++'].map(shortcutText)).toEqual([
    'Ctrl+Shift+Z',
    'G R',
    'Alt+←',
    'Page Up',
    '/',
    'Ctrl++',
  ])
})
