/** Says whether a dialog waits for an answer. One that is fading out waits no more. */
export function modalOpen(): boolean {
  return [...document.querySelectorAll('[aria-modal="true"], dialog[open]')].some(
    (dialog) => dialog.checkVisibility() && !dialog.closest('[class*="-leave-active"]'),
  )
}

/** Says whether a key belongs to a field that is being edited, and to no shortcut. */
export function isTyping({ target, ctrlKey, metaKey, altKey, isComposing }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || isComposing) return true
  const field = target instanceof Element && target.closest('input, textarea, select, [contenteditable=true]')
  return field instanceof HTMLInputElement
    ? !['checkbox', 'radio', 'range', 'button'].includes(field.type)
    : Boolean(field)
}
