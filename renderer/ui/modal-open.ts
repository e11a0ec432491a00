/** Whether a dialog waits for an answer, and nothing else may come between. */
export function modalOpen(): boolean {
  return [...document.querySelectorAll('[aria-modal="true"], dialog[open]')].some((dialog) =>
    dialog.checkVisibility(),
  )
}
