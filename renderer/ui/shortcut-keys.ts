/** Keys as they are written in the definitions of shortcuts, and how a key event is compared with them. */

/** A key and what it does. What `?` lists and what handles the keys are the same definitions. */
export interface ShortcutDefinition {
  /**
   * Each does the same: a key (`/`, `Enter`), a key with modifiers (`Ctrl+Shift+Z`; Ctrl is ⌘ on a Mac), or two keys one after
   * the other (`g r`).
   */
  keys: readonly string[]
  text: string
  /** Whether it also works while a field is being edited. */
  inFields?: true
}

/** The shortcuts of a page or of a part of it, by names that their handlers have too. */
export type ShortcutDefinitions = Record<string, ShortcutDefinition>

/** Modifiers in the order in which they are written. */
const CONTROL = 'Ctrl+'
const ALT = 'Alt+'
const SHIFT = 'Shift+'

/** The keys of a shortcut one after the other, as `pressedKey` writes them. */
export function keySequence(keys: string): string[] {
  return keys.split(' ').map((key) => {
    const at = key.length === 1 ? 0 : key.lastIndexOf('+', key.length - 2) + 1
    return key.slice(0, at) + withoutCase(key.slice(at))
  })
}

const withoutCase = (key: string): string => (key.length === 1 ? key.toLowerCase() : key)

/**
 * What was pressed, such as `Ctrl+Shift+z`. Shift is left out where it only chooses the character, as for `?`; so are the
 * modifiers by which AltGr is reported.
 */
export function pressedKey(event: KeyboardEvent): string {
  const { key } = event
  const isCharacter = key.length === 1 && key !== ' '
  const isLetter = isCharacter && key.toLowerCase() !== key.toUpperCase()
  const composed = isCharacter && event.getModifierState('AltGraph')
  return [
    (event.ctrlKey || event.metaKey) && !composed ? CONTROL : '',
    event.altKey && !composed ? ALT : '',
    event.shiftKey && (!isCharacter || isLetter) ? SHIFT : '',
    key === ' ' ? 'Space' : withoutCase(key),
  ].join('')
}

/**
 * Keys that two of the definitions claim, each as a sentence. A key that begins a sequence must not be a shortcut itself,
 * because nobody would get to the second key.
 */
export function shortcutConflicts(definitions: readonly ShortcutDefinition[]): string[] {
  const claims = definitions.flatMap(({ keys, text }) =>
    keys.map((each) => ({ text, sequence: keySequence(each) })),
  )
  return claims.flatMap((one, at) =>
    claims
      .slice(at + 1)
      .filter((other) => one.sequence.every((key, place) => (other.sequence[place] ?? key) === key))
      .map((other) => `${one.sequence.join(' ')} is both “${one.text}” and “${other.text}”.`),
  )
}

const isMac = navigator.platform.startsWith('Mac')

const names: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
  Backspace: '⌫',
}

/** Writes a key as this system's keyboard does; of a sequence each key by itself. */
export function keyTexts(keys: string): string[] {
  return keys.split(' ').map((key) => {
    const at = key.length === 1 ? 0 : key.lastIndexOf('+', key.length - 2) + 1
    const last = key.slice(at)
    const modifiers = isMac
      ? key.slice(0, at).replace(CONTROL, '⌘').replace(ALT, '⌥').replace(SHIFT, '⇧')
      : key.slice(0, at)
    return modifiers + (names[last] ?? (last.length === 1 ? last.toUpperCase() : last))
  })
}

/** Writes a shortcut in a line: `Ctrl+N`, `G R`. */
export const shortcutText = (keys: string): string => keyTexts(keys).join(' ')
