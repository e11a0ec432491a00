/** Says whether a dialog waits for an answer. One that is fading out waits no more. */
export function modalOpen(): boolean {
  return [...document.querySelectorAll('[aria-modal="true"], dialog[open]')].some(
    (dialog) => dialog.checkVisibility() && !dialog.closest('[class*="-leave-active"]'),
  )
}

/** The keys by which a slider or a group of choices is moved. */
const moves = /^(Arrow|Page|Home$|End$)/

/** Says whether a key that is pressed in an element is meant for it: for a field that is being edited, or for a slider. */
export function isForField({ target, key }: KeyboardEvent): boolean {
  if (target instanceof HTMLInputElement && ['range', 'radio'].includes(target.type)) return moves.test(key)
  return isField(target)
}

/** Says whether an element is a field whose text can be edited, or a list of choices. */
export function isField(target: EventTarget | null): boolean {
  const field = target instanceof Element && target.closest('input, textarea, select, [contenteditable=true]')
  return field instanceof HTMLInputElement
    ? !['checkbox', 'radio', 'range', 'button'].includes(field.type)
    : Boolean(field)
}
