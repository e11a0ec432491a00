/** Whether a dialog waits for an answer, and nothing else may come between; one that fades away waits no more. */
export function modalOpen(): boolean {
  return [...document.querySelectorAll('[aria-modal="true"], dialog[open]')].some(
    (dialog) => dialog.checkVisibility() && !dialog.closest('[class*="-leave-active"]'),
  )
}

/** Whether a key belongs to what is being written, and to no shortcut. */
export function isTyping({ target, ctrlKey, metaKey, altKey, isComposing }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || isComposing) return true
  const field = target instanceof Element && target.closest('input, textarea, select, [contenteditable=true]')
  return field instanceof HTMLInputElement
    ? !['checkbox', 'radio', 'range', 'button'].includes(field.type)
    : Boolean(field)
}
